from . import test_configuration_logged
