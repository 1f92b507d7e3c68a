"""Mesa's own page for the model: `solara run app.py`."""

from __future__ import annotations

from mesa.visualization import Slider, SolaraViz, make_plot_component
from neighbourhood import Neighbourhood

PARAMETERS = {
    "posts": Slider("Posts per subdistrict", value=40, min=10, max=120, step=1),
    "partition": {
        "type": "Select",
        "label": "Households per unit",
        "value": "grid",
        "values": ["5", "10-20", "25", "100", "grid"],
    },
    "red_board": {"type": "Checkbox", "label": "Red board", "value": False},
    "seed": {"type": "InputText", "label": "Luck", "value": 1},
}

page = SolaraViz(
    Neighbourhood(),
    components=[
        make_plot_component(name, backend="matplotlib") for name in ("participation_week", "backlog", "ties_per_resident")
    ],
    model_params=PARAMETERS,
    name="cocreate-sim",
)
page  # noqa: B018 - Solara shows what stands last
