from . import test_double_gating
