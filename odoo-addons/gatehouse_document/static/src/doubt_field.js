import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A mark beside a field that somebody should look at. */
export class DoubtField extends Component {
    static template = "gatehouse_document.DoubtField";
    static props = { ...standardFieldProps };
}

registry.category("fields").add("gatehouse_doubt", { component: DoubtField, supportedTypes: ["boolean"] });
