"""Sees what an edit changed, header and lines together."""

from contextlib import ExitStack
from weakref import WeakKeyDictionary

#: {cursor: {Odoo model: ids of the documents that a watch is around}}
WATCHED = WeakKeyDictionary()


class Watch:
    """Compares documents around an edit; the outermost watch judges once for a form with many lines.

    It is kept beside the cursor: a context key could be sent by any caller, and what a transaction remembers may be emptied by a
    savepoint on the way. An edit of a confirmed document that is refused is taken back, so that a caller who swallows the
    refusal keeps nothing of it.
    """

    def __init__(self, documents):
        cr = documents.env.cr
        self.watched = WATCHED.setdefault(cr, {}).setdefault(documents._name, set())
        newest = cr.precommit.data.get(f"gatehouse.newest.{documents._name}")
        self.documents = documents.filtered(
            lambda document: (
                document.id and document.id not in self.watched and (newest is None or document.id <= newest)
            )
        )

    def __enter__(self):
        documents = self.documents.sudo()
        self.before = {document.id: document._gatehouse_material_hash() for document in documents}
        self.terms = {document.id: document._gatehouse_terms() for document in documents}
        self.heads = {document.id: document._gatehouse_head() for document in documents}
        self.confirmed = self.documents.filtered(lambda document: document.sudo()._gatehouse_is_confirmed())
        self.judged = self.confirmed._gatehouse_judged()
        self.undo = ExitStack()
        if self.confirmed:
            self.undo.enter_context(self.documents.env.cr.savepoint())
        self.watched.update(self.documents.ids)
        return self

    def __exit__(self, failure, value, traceback):
        self.watched.difference_update(self.documents.ids)
        if failure is not None:
            self.undo.__exit__(failure, value, traceback)
            return
        with self.undo:
            documents = self.documents.exists()
            worse = {document.id for document in documents if self._asks_more(document.sudo())}
            documents._gatehouse_changed(self.before, self.confirmed, worse, self.judged)

    def _asks_more(self, document):
        (ids, days), (ids_before, days_before) = document._gatehouse_head(), self.heads[document.id]
        if ids != ids_before or days > days_before:
            return True
        before, after = self.terms[document.id], document._gatehouse_terms()
        return any(document._gatehouse_asks_more(before.get(line), after.get(line)) for line in before | after)


class Moving:
    """Compares the policies of confirmed documents around a change of what they hang on, such as their team or their customer's tags.

    Where another policy applies afterwards it judges; what is held already stays held by the policy that it was held by. A
    change that is refused is taken back, as an edit is.

    :param refuse: whether a value that the new policy forbids refuses the change; else it is held for the operations manager
    """

    def __init__(self, documents, refuse=True):
        self.documents = documents.sudo().filtered(lambda document: document.id and document._gatehouse_is_confirmed())
        self.refuse = refuse

    def __enter__(self):
        self.before = self.documents._gatehouse_policies()
        self.undo = ExitStack()
        if self.documents:
            self.undo.enter_context(self.documents.env.cr.savepoint())
        return self

    def __exit__(self, failure, value, traceback):
        if failure is not None:
            self.undo.__exit__(failure, value, traceback)
            return
        with self.undo:
            self.documents.exists()._gatehouse_moved(self.before, self.refuse)


class Creating:
    """Marks everything after the newest known document as being created; edits of others are still seen."""

    def __init__(self, documents):
        self.cr, self.table = documents.env.cr, documents._table
        self.key = f"gatehouse.newest.{documents._name}"

    def __enter__(self):
        self.outer = self.cr.precommit.data.get(self.key)
        if self.outer is None:  # what is created within a creation is new as well
            self.cr.execute(f'SELECT coalesce(max(id), 0) FROM "{self.table}"')
            self.cr.precommit.data[self.key] = self.cr.fetchone()[0]

    def __exit__(self, *_failure):
        if self.outer is None:
            self.cr.precommit.data.pop(self.key, None)
