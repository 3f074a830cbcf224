"""A mail in a language the bundled model never read goes to a person, however sure the model is."""

import pytest

from sidecar.config import BUNDLED_MODELS
from sidecar.scoring.arrays import Arrays
from sidecar.scoring.text import TextModel
from sidecar.services.classify_emails import classify_message


@pytest.fixture(scope="module")
def model():
    import numpy as np

    with np.load(BUNDLED_MODELS / "emails" / "model.npz", allow_pickle=False) as stored:
        arrays: Arrays = {name: stored[name] for name in stored.files}
    return TextModel(arrays)


FOREIGN = {
    "German": "Die Rechnung INV/2026/00012 weist einen falschen Betrag aus, bitte korrigieren Sie das.",
    "French": "Bonjour, ma commande n'est pas encore arrivée, pouvez-vous me dire où elle est ?",
    "Spanish": "Buenos días, el pedido llegó roto y quiero devolverlo",
    "Italian": "Buongiorno, la fattura è sbagliata, l'importo non corrisponde",
    "Dutch": "Goedemorgen, mijn bestelling is nog niet geleverd",
    "nothing": "",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_an_unread_language_abstains_with_low_confidence(model, language):
    found = classify_message("m", "", FOREIGN[language], model)
    assert found.abstained
    assert found.confidence < 0.4


def test_an_english_mail_is_classified(model):
    found = classify_message(
        "m", "Where is my order?", "My order S00042 is late and has not been delivered.", model
    )
    assert (found.name, found.abstained) == ("delivery_delay", False)
    assert found.references == [("order", "S00042")]
