"""Migrates an empty database and furnishes a district; prints the API keys of those who work there as JSON."""

import json
import sys


def main() -> None:
    """Everything that the load of the kill test needs to know goes to standard output."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.bench.seeded import furnish

    from xiuhua.casework.models import Standard
    from xiuhua.people.actions.api_keys import issue
    from xiuhua.people.models import User

    furniture = furnish()
    users = list(User.objects.select_related("organisation"))
    known = {
        "district": furniture.code,
        "keys": {user.username: issue(user, "kill test", actor="tests") for user in users},
        "dispatcher": furniture.people["dispatcher"][0],
        "leads": {user.organisation.code: user.username for user in users if "unit_lead" in user.username and user.organisation},
        "standards": [[f"events@1:{row.category.code}", row.pk] for row in Standard.objects.select_related("category")],
    }  # fmt: skip
    sys.stdout.write(json.dumps(known))


if __name__ == "__main__":
    main()
