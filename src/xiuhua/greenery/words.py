"""What the figures and the assumptions are called, in the language of the reader."""

from django.utils.translation import gettext_lazy as _

FIGURES = {
    "see": _("Windows that see three trees"),
    "see_any_window": _("Homes with three trees seen from some window"),
    "trees_near": _("Homes with three trees within the range, seen or not"),
    "door_300": _("A park entrance within a walk of 300 m"),
    "door_500": _("A park entrance within a walk of 500 m"),
    "door_1000": _("A park entrance within a walk of 1,000 m"),
    "walk": _("Shade of the pavements within a walk of 500 m"),
    "cool_way": _("Sun spared on the way to the park (CoolWalkability)"),
    "lined_official": _("Tree-lined secondary and branch roads (official rate)"),
    "lined_all": _("Tree-lined streets, all"),
    "canopy": _("Canopy over pavements"),
    "promise": _("All three promises kept"),
    "three_thirty_300": _("3-30-300, as other cities measure it"),
    "view": _("Share of the view taken by crowns, mean of persons"),
    "circle": _("Residential land within the service radius (garden city rule)"),
    "circle_national": _("Residential land within 500 m of parks and squares (GB/T 51346)"),
}
UNITS = {"persons": _("persons"), "metres": _("m"), "m2": _("m²"), "person_metres": _("person-metres")}
RULES = {
    "height_from_floors": _("height from floors, 3 m each"),
    "height_median": _("height as the median of the district"),
    "building_height_beyond": _("building heights beyond belief"),
    "tree_height_species": _("tree height as the median of its species"),
    "tree_height_median": _("tree height as the median of all"),
    "tree_crown_species": _("crown as the median of its species"),
    "tree_crown_median": _("crown as the median of all"),
    "tree_base_share": _("crown base as a share of the height"),
    "tree_size_beyond": _("tree sizes beyond belief"),
    "evergreen_species": _("evergreen by species"),
    "tree_moved_outdoors": _("trunks in footprints, moved outdoors"),
    "tree_inside_building": _("trunks deep in footprints, left out"),
    "persons_census": _("persons from the census by floor area"),
    "persons_floor_area": _("persons from floor area, 38 m² each"),
    "street_width_class": _("street width by class"),
    "homes_from_buildings": _("residential land taken as the ground about homes"),
}
ENTRANCES = (_("by mapped gates"), _("where streets cross the boundary"), _("open all around"), _("unknown"))
# The kinds of change, in the order in which they are attributed (``change.py``).
STEPS = {
    "demolished": _("houses demolished"),
    "built": _("houses built"),
    "altered": _("houses altered or surveyed anew"),
    "felled": _("trees felled"),
    "planted": _("trees planted or surveyed for the first time"),
    "grown": _("trees grown or surveyed anew"),
    "streets": _("streets opened, closed or changed"),
    "parks": _("parks, gates and residential land opened, closed or changed"),
    "persons": _("homes with other numbers of persons"),
}
