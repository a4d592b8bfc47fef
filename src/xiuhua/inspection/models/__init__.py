"""Tables of inspection, by what they are about."""

from xiuhua.inspection.models.campaigns import (
    Campaign,
    CampaignSite,
    ListCorrection,
    ListLook,
    ListPlace,
    ListRound,
    LookPhoto,
    SitePhoto,
    SiteStep,
)
from xiuhua.inspection.models.checks import Check, CheckPhoto, Finding, PhotoBand
from xiuhua.inspection.models.detectors import Detector, DetectorRun, Proposal
from xiuhua.inspection.models.rooms import LivingRoom, RoomFrame, RoomLook, RoomPhoto, RoomStep, RoomTest
from xiuhua.inspection.models.sampling import DrawnFrom, Frame, Part, Plan, Visit
from xiuhua.inspection.models.seen import Cell, CellReading
from xiuhua.inspection.models.standards import Item, ScalePhoto, Standard

__all__ = [
    "Campaign",
    "CampaignSite",
    "Cell",
    "CellReading",
    "Check",
    "CheckPhoto",
    "Detector",
    "DetectorRun",
    "DrawnFrom",
    "Finding",
    "Frame",
    "Item",
    "ListCorrection",
    "ListLook",
    "ListPlace",
    "ListRound",
    "LivingRoom",
    "LookPhoto",
    "Part",
    "PhotoBand",
    "Plan",
    "Proposal",
    "RoomFrame",
    "RoomLook",
    "RoomPhoto",
    "RoomStep",
    "RoomTest",
    "ScalePhoto",
    "SitePhoto",
    "SiteStep",
    "Standard",
    "Visit",
]
