"""The functions that workers run, and the worker program itself. Rules live in `app`; here they are only called."""
