"""Greenery: green from every window, a park at every door, shade on every walk."""

from xiuhua.greenery.compiled import keep_apart

keep_apart()
