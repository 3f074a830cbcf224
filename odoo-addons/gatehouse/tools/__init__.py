from . import settings, signing, validation, watch
