"""What the address of a page asks for; a 404 that says where to go instead."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from xiuhua.city import dossier
from xiuhua.city.layers import LAYERS, Layer
from xiuhua.city.models import District


def district_of(code: str) -> District:
    """The district of this code; raises Http404."""
    found = District.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(District.objects.values_list("code", flat=True)) or _("none yet: load areas first")
        raise Http404(_("There is no district %(code)s here. Districts: %(known)s.") % {"code": code, "known": known})
    return found


def layer_of(key: str) -> Layer:
    """The layer of this key; raises Http404."""
    if key not in LAYERS:
        raise Http404(_("There is no layer %(key)s. Layers: %(known)s.") % {"key": key, "known": ", ".join(LAYERS)})
    return LAYERS[key]


def object_of(district: District, layer: Layer, identity: int) -> Any:
    """The object of this id; raises Http404."""
    item = dossier.find(district, layer, identity) if identity < 2**63 else None
    if item is None:
        raise Http404(
            _("%(layer)s has no object %(id)d in %(district)s. It may have been removed; look for it in the list.")
            % {"layer": layer.label, "id": identity, "district": district.name}
        )
    return item
