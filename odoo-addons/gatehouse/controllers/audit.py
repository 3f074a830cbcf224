from odoo.http import Controller, Response, request, route


class Audit(Controller):
    @route("/gatehouse/audit/export", type="http", auth="user", methods=["GET"])
    def export(self):
        """The sealed decision log as a file of JSON lines, streamed with a cursor of its own."""
        seal = request.env["gatehouse.seal"]
        seal._require_reader()
        seal.sudo()._seal_all()
        registry = request.env.registry

        def lines():
            with registry.cursor() as cr:
                for line in seal.with_env(seal.env(cr=cr))._lines(cr):
                    yield line.encode()

        headers = [
            ("Content-Type", "application/x-ndjson; charset=utf-8"),
            ("Content-Disposition", 'attachment; filename="gatehouse-decisions.jsonl"'),
            ("Cache-Control", "no-store"),
        ]
        return Response(lines(), headers=headers, direct_passthrough=True)
