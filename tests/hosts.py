"""Apache and nginx with the rules that were written for them, on a free port of the loopback.

Both pack answers, as they do where a distribution has set them up.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["HOSTS", "running"]

_MODULES = ("mpm_event", "authz_core", "mime", "dir", "rewrite", "headers", "setenvif", "filter", "deflate")
_MODULE_FOLDERS = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2")
_APACHE = """ServerRoot {work}
PidFile {work}/pid
ErrorLog {work}/error.log
Listen 127.0.0.1:{port}
ServerName localhost
TypesConfig /dev/null
{modules}
DocumentRoot {www}
User nobody
<IfModule mod_deflate.c>
    AddOutputFilterByType DEFLATE text/html text/plain text/xml text/css text/javascript
    AddOutputFilterByType DEFLATE application/javascript application/wasm application/xml
</IfModule>
<Directory />
    AllowOverride All
    Options FollowSymLinks
    Require all granted
</Directory>
"""
_NGINX = """daemon off;
pid {work}/pid;
error_log {work}/error.log;
events {{}}
http {{
    access_log off;
    gzip on;
    client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
    include {site}/nginx/maps.conf;
    server {{
        listen 127.0.0.1:{port};
        root {www};
        include {site}/nginx/site.conf;
    }}
}}
"""


def _apache(work: Path) -> list[str]:
    program = _found("apache2") or _found("httpd")
    folder = next((f for f in map(Path, _MODULE_FOLDERS) if (f / "mod_rewrite.so").is_file()), None)
    if program is None or folder is None:
        return []
    # What is compiled in is no file.
    loads = [f"LoadModule {m}_module {folder}/mod_{m}.so" for m in _MODULES if (folder / f"mod_{m}.so").is_file()]
    (work / "modules").write_text("\n".join(loads))
    return [program, "-f", str(work / "conf"), "-D", "FOREGROUND"]


def _nginx(work: Path) -> list[str]:
    program = _found("nginx")
    return [program, "-p", str(work), "-c", str(work / "conf")] if program else []


def _found(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


HOSTS: dict[str, tuple[Callable[[Path], list[str]], str]] = {"apache": (_apache, _APACHE), "nginx": (_nginx, _NGINX)}


@contextmanager
def running(name: str, site: Path, path: str, htaccess: Path | None = None) -> Iterator[str]:
    """Serve *site* at *path* by a host until the block ends, and give the address; skip where it is not installed.

    *htaccess* stands in for that of the site.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        work.chmod(0o755)  # hosts that are started by root read as nobody
        made, text = HOSTS[name]
        command = made(work)
        if not command:
            pytest.skip(f"{name} is not installed")
        copy = work / "www" / path.strip("/")
        shutil.copytree(site, copy, copy_function=shutil.copyfile)
        if htaccess is not None:
            shutil.copyfile(htaccess, copy / ".htaccess")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        modules = (work / "modules").read_text() if (work / "modules").is_file() else ""
        (work / "conf").write_text(text.format(work=work, www=work / "www", site=copy, port=port, modules=modules))
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port, process, work)
            yield f"http://127.0.0.1:{port}/{path.strip('/')}/"
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes], work: Path) -> None:
    log = work / "error.log"
    for _ in range(400):
        assert process.poll() is None, log.read_text() if log.is_file() else "it did not start"
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("it does not answer")
