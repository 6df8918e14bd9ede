"""The version of this package."""

from importlib.metadata import PackageNotFoundError, version


def package_version() -> str:
    """As installed; 'checkout' where the code runs without having been installed."""
    try:
        return version("bangchim")
    except PackageNotFoundError:
        return "checkout"
