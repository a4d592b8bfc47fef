"""Work calendar, geometry, event chain, outbox, jobs: nothing here knows a city."""
