"""A whole house under load, with a faulty provider and somebody who kills its processes: `python -m tests.soak`."""
