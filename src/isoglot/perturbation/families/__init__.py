"""The families of perturbations, one file each, and the keyboard layouts that one of them needs."""
