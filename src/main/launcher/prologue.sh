# shellcheck shell=sh disable=SC2154 # find_java sets java, version and major
# hbprobe: a shell script that finds Java and becomes it, and behind the script, in the same file, the jar that it runs.
# JAVA_HOME chooses the Java, HBPROBE_JAVA_OPTS adds options for it.
#
# Beside the program may lie an archive of its classes as the JVM has them in memory, for a quicker start.
# HBPROBE_ARCHIVE says what to do about it; without it an archive is used where there is one, and nothing is written.
#   make   make one for this Java, and run nothing
#   auto   make one if there is none and the folder can be written to
#   off    do without
set -eu

self=$(readlink -f "$0")
folder=${self%/*}

# In an image of hbprobe with its own Java the two are neighbours.
own=
[ ! -x "$folder/java" ] || [ ! -r "$folder/../release" ] || own=$folder/java
find_java "$own"

# ---- the archive -----------------------------------------------------------------------------------------------------

# Java 25 takes linked classes and heap objects too. Before that a static archive, since a dynamic one leaves out
# classes as old as picocli's.
if [ "$major" -ge 25 ]; then
    archive=$folder/hbprobe-$version.aot
else
    archive=$folder/hbprobe-$version.jsa
fi

# One that isn't made for this very JVM and file is left aside by the JVM. An empty one says that this Java can't.
use_archive=
[ "${HBPROBE_ARCHIVE:-}" = off ] || [ ! -s "$archive" ] || use_archive=yes
case $folder in
    *:*) use_archive= ;; # a colon separates two archives
esac

# The same collector as later: it decides how objects lie in memory. The environment could change what is loaded.
train() { # train JVM-OPTION… ARGUMENT…
    env -i "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms16m -Xmx512m -XX:ErrorFile=/dev/null -Xlog:disable "$@" \
        >/dev/null 2>&1 </dev/null || :
}

make_archive() {
    work=$archive.$$
    if [ "$major" -ge 25 ]; then
        train "-XX:AOTCacheOutput=$work.new" --sun-misc-unsafe-memory-access=allow -cp "$self" hbprobe.cli.Training
    else
        train "-XX:DumpLoadedClassList=$work.classes" -cp "$self" hbprobe.cli.Training
        train -Xshare:dump "-XX:SharedClassListFile=$work.classes" "-XX:SharedArchiveFile=$work.new" -cp "$self"
    fi
    made=yes
    [ -s "$work.new" ] || made=
    [ -n "$made" ] || : >"$work.new"
    chmod 644 "$work.new"
    # Renamed, not written in place: another hbprobe may be using the old one.
    mv -f "$work.new" "$archive"
    rm -f "$work".*
}

case ${HBPROBE_ARCHIVE:-} in
    make)
        [ -w "$folder" ] || die "can't write to $folder"
        make_archive
        [ -n "$made" ] || die "$java made no archive"
        exit 0
        ;;
    auto)
        if [ ! -f "$archive" ] && [ -w "$folder" ]; then
            make_archive
            use_archive=$made
        fi
        ;;
esac
unset HBPROBE_ARCHIVE

# ---- run -------------------------------------------------------------------------------------------------------------

case ${1:-} in
    respond) flags="-XX:+UseSerialGC -Xms32m -Xmx1g" ;;
    *) flags="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms16m -Xmx512m" ;;
esac
# Without this, newer versions of Java print warnings about what Netty does.
[ "$major" -lt 23 ] || flags="$flags --sun-misc-unsafe-memory-access=allow"

# What the user asks of the JVM comes last and wins.
# shellcheck disable=SC2086 # a list of words
set -- ${HBPROBE_JAVA_OPTS:-} -jar "$self" "$@"
if [ -n "$use_archive" ]; then
    case $archive in
        *.aot) set -- "-XX:AOTCache=$archive" -Xlog:disable "$@" ;;
        *) set -- -Xshare:auto "-XX:SharedArchiveFile=$archive" -Xlog:disable "$@" ;;
    esac
fi
# shellcheck disable=SC2086 # a list of words
exec "$java" $flags "$@"
