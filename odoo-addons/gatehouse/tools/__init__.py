from . import settings, signing, validation
