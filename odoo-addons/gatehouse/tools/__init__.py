from . import documents, settings, signing, validation, watch
