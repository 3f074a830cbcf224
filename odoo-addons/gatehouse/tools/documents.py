"""The documents that holds and events are about, read together instead of one by one."""


def of(records):
    """{record: the document its `res_model` and `res_id` name}; empty where it was deleted, None where its addon is gone."""
    found = dict.fromkeys(records)
    for model, some in records.grouped("res_model").items():
        if model not in records.env:
            continue
        there = {document.id: document for document in records.env[model].browse(set(some.mapped("res_id"))).exists()}
        found.update({record: there.get(record.res_id, records.env[model]) for record in some})
    return found
