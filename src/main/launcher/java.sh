# shellcheck shell=sh
# Finds Java 17 or later: $java, its $version and $major. Part of the packaged program, and read by the launcher in the
# sources before it builds. Forks as little as it can, since every start waits for it.

die() {
    echo "hbprobe: $*" >&2
    exit 2
}

find_java() { # find_java JAVA, which comes before any other unless it is empty
    if [ -n "$1" ]; then
        java=$1
    elif [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || die "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it"
    else
        java=$(command -v java) ||
            die "Java 17 or later is needed, and there is none (Debian package openjdk-17-jre-headless)"
    fi

    # The release file tells the version without the cost of starting a JVM.
    real=$(readlink -f "$java" 2>/dev/null || echo "$java")
    release=${real%/bin/java}/release
    version=
    if [ -r "$release" ]; then
        while IFS='="' read -r name _ value _; do
            [ "$name" != JAVA_VERSION ] || version=$value
        done <"$release"
    else
        version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
    fi
    major=${version%%[!0-9]*}
    case ${major:-0} in
        0 | 1 | ? | 1[0-6]) die "Java 17 or later is needed, $java is ${version:-of an unknown version}" ;;
    esac
}
