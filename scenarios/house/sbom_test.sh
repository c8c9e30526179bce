#!/usr/bin/env bash
# The bill of materials says of every program what the program itself, the loader and dpkg say, and is sound as SPDX.
# Usage: sbom_test.sh BUILD-DIRECTORY SOURCE-DIRECTORY. Exits 77 (skipped) when there are no programs yet.
set -euo pipefail
[ -x "$1/bin/strongroomd" ] || { echo "no programs in $1/bin yet"; exit 77; }
work="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-sbom.XXXXXX")"
trap 'rm -rf "$work"' EXIT
perl "$2/dev.d/sbom.pl" "$1" >"$work/first"
perl "$2/dev.d/sbom.pl" "$1" >"$work/second"
cmp "$work/first" "$work/second" || { echo "the same programs gave two bills"; exit 1; }

perl -MJSON::PP -MDigest::SHA -MCwd=realpath -e '
  my ($file, $build) = @ARGV;
  my ($bill, $broken) = (do { local (@ARGV, $/) = ($file); decode_json(<>) }, 0);
  sub wrong { print "$_[0]\n"; $broken = 1 }
  my (%by_id, %by_name, %programs);
  for (@{$bill->{packages}}) {
    wrong("$_->{SPDXID} is no identifier, or there twice") if $_->{SPDXID} !~ /^SPDXRef-[A-Za-z0-9.-]+$/ || $by_id{$_->{SPDXID}}++;
    $by_name{$_->{name}} = $_;
    for my $field (qw(name versionInfo downloadLocation)) { wrong("$_->{SPDXID} lacks $field") unless $_->{$field} }
  }
  wrong("not SPDX 2.3") unless $bill->{spdxVersion} eq "SPDX-2.3" && $bill->{documentNamespace} =~ m{^https://} &&
    $bill->{creationInfo}{created} =~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  my %links;
  for (@{$bill->{relationships}}) {
    for my $end (@$_{qw(spdxElementId relatedSpdxElement)}) { wrong("$end is related and not described") unless $by_id{$end} }
    next unless $_->{relationshipType} eq "DYNAMIC_LINK";
    my $of = $links{$_->{spdxElementId}} //= {};
    $of->{$_} = 1 for split /, /, $_->{comment};
  }
  for my $path (grep { -x && !/strongroom-bench$/ } glob("$build/bin/*")) {
    my $name = $path =~ s{.*/}{}r;
    my $of = $by_name{$name} or do { wrong("$name is not in the bill"); next };
    $programs{$name} = 1;
    wrong("$name has another SHA-256") if $of->{checksums}[0]{checksumValue} ne Digest::SHA->new(256)->addfile($path)->hexdigest;
    for (grep { /\(NEEDED\)/ } qx(readelf -dW "$path")) {
      my ($library) = /\[(.*)\]/;
      wrong("$name loads $library, and the bill does not say whose it is") unless $links{$of->{SPDXID}}{$library};
    }
  }
  wrong("too few programs") if keys %programs < 6;
  for my $package (values %by_name) {
    next unless $package->{SPDXID} =~ /^SPDXRef-deb-/;
    my $version = qx(dpkg-query -W -f \x27\${Version}\\n\x27 $package->{name} | head -n 1) =~ s/\n//r;
    wrong("$package->{name} is $version, not $package->{versionInfo}") if $version ne $package->{versionInfo};
  }
  wrong("$_ is compiled in, and not in the bill") for grep { !$by_name{$_} } qw(libcli11-dev libfmt-dev);
  printf "%d programs, %d parts\n", scalar keys %programs, @{$bill->{packages}} - keys %programs;
  exit $broken;
' "$work/first" "$1"
