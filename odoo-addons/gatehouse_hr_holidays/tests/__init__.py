from . import test_absence
