"""An application that cannot be loaded."""

from service.domain.errors import ReleaseTamperedError

raise ReleaseTamperedError("a.yaml", "its digest differs.")
