from . import test_access, test_delivery, test_policy, test_seal, test_signing
