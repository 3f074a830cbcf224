"""Drafts of answers to customers: the languages there are templates for, and each one's subject line."""

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_SUBJECTS = {
    "en": "Your message about {name}",
    "de": "Ihre Nachricht zu {name}",
    "fr": "Votre message au sujet de {name}",
    "es": "Su mensaje sobre {name}",
    "it": "Il suo messaggio su {name}",
    "nl": "Uw bericht over {name}",
}


def subject_line(language: str, name: str) -> str:
    """The subject of an answer about a document. Raises KeyError for a language without a template."""
    return _SUBJECTS[language].format(name=" ".join(name.split()))
