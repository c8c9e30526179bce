#!/usr/bin/env perl
# The bill of materials of programs as they were built, in SPDX 2.3 JSON: sbom.pl BUILD-DIRECTORY > strongroom.spdx.json
# What is linked is asked of the linked files, what was compiled in of the build's own record of headers, and what all
# that is of dpkg. The same build on the same machine gives the same bytes.
use strict;
use warnings;
use Digest::SHA;
use File::Basename;
use JSON::PP;
use Cwd qw(realpath);

my $build = realpath($ARGV[0] // die "usage: sbom.pl BUILD-DIRECTORY\n") // die "no such directory\n";
my $source = realpath(dirname(__FILE__) . '/..');
$ENV{LC_ALL} = 'C';

sub lines_of { open(my $pipe, '-|', @_) or die "$_[0]: $!\n"; my @lines = <$pipe>; close $pipe; chomp @lines; return @lines }
sub text_of { open(my $file, '<', $_[0]) or return ''; local $/; my $text = <$file>; return $text // '' }
sub in_purl { my $text = shift; $text =~ s/([^A-Za-z0-9._~-])/sprintf('%%%02X', ord $1)/ge; return $text }
sub id_of { my $id = join('-', @_); $id =~ s/[^A-Za-z0-9.-]/-/g; return "SPDXRef-$id" }

my ($version) = text_of("$source/CMakeLists.txt") =~ /project\(strongroom VERSION ([0-9.]+)/;
my ($commit) = lines_of('sh', '-c', 'git -C "$1" rev-parse HEAD 2>/dev/null', 'sh', $source);
my ($date) = lines_of('sh', '-c', 'git -C "$1" log -1 --format=%ct 2>/dev/null', 'sh', $source);
my $created = $ENV{SOURCE_DATE_EPOCH} // $date // time;
my ($distribution) = text_of('/etc/os-release') =~ /^VERSION_ID="?([^"\n]*)/m;

my (%packages, %relations);
sub relate {
  my ($from, $type, $to, $why) = @_;
  my $of = \$relations{"$from $type $to"};
  $$of = !$$of ? $why // '' : $why && $$of ne $why ? "$$of, $why" : $$of;
}

# dpkg knows libraries by the path they were installed under, which may lack the /usr of today.
sub owners_of {
  my %owner;
  my @paths = @_;
  while (my @some = splice(@paths, 0, 500)) {
    my @asked = map { my $bare = s{^/usr/}{/}r; ($_, $bare) } @some;
    for (lines_of('sh', '-c', 'dpkg-query -S "$@" 2>/dev/null', 'sh', @asked)) {
      next unless /^([^:, ]+)(?::([a-z0-9]+))?[^ ]*: (\/.*)$/;
      my ($package, $path) = (defined $2 ? "$1:$2" : $1, $3);
      $owner{$path} = $package;
      $owner{"/usr$path"} //= $package;
    }
  }
  return \%owner;
}

my %described;
sub debian_package {
  my ($name) = @_;
  return $described{$name} if $described{$name};
  my ($answer) = lines_of('dpkg-query', '-W', '-f',
    '${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Homepage}\n', $name);
  my ($package, $its_version, $architecture, $from, $from_version, $homepage) = split(/\t/, $answer // '');
  die "dpkg does not know $name\n" unless $package;
  my $id = id_of('deb', $package);
  $packages{$id} = {
    SPDXID => $id, name => $package, versionInfo => $its_version, downloadLocation => 'NOASSERTION',
    supplier => 'Organization: Debian', filesAnalyzed => JSON::PP::false, licenseConcluded => 'NOASSERTION',
    licenseDeclared => 'NOASSERTION', copyrightText => 'NOASSERTION',
    licenseComments => "/usr/share/doc/$package/copyright",
    sourceInfo => "built by Debian from the source package $from $from_version",
    ($homepage ? (homepage => $homepage) : ()),
    externalRefs => [{ referenceCategory => 'PACKAGE-MANAGER', referenceType => 'purl', referenceLocator =>
      'pkg:deb/debian/' . in_purl($package) . '@' . in_purl($its_version) .
      "?arch=$architecture&distro=debian-" . ($distribution // '') }],
  };
  return $described{$name} = $id;
}

# A library that no package owns: the OpenSSL that ./dev setup built.
sub private_library {
  my ($path) = @_;
  my $prefix = dirname(dirname($path));
  my ($its_version) = text_of("$prefix/lib/pkgconfig/libcrypto.pc") =~ /^Version: (.*)$/m;
  die "$path belongs to no package and is not the private OpenSSL: what is it?\n"
    unless $its_version && basename($path) =~ /^lib(crypto|ssl)\.so/;
  my ($debian) = text_of("$prefix/.complete") =~ /(\S+)/;
  my $id = id_of('private', 'openssl');
  $packages{$id} //= {
    SPDXID => $id, name => 'openssl', versionInfo => $its_version, downloadLocation => 'NOASSERTION',
    supplier => 'NOASSERTION', filesAnalyzed => JSON::PP::false, licenseConcluded => 'Apache-2.0',
    licenseDeclared => 'Apache-2.0', copyrightText => 'NOASSERTION', checksums => [],
    sourceInfo => "built by ./dev setup from Debian 13's source package of openssl" . ($debian ? " $debian" : ''),
    externalRefs => [{ referenceCategory => 'PACKAGE-MANAGER', referenceType => 'purl',
      referenceLocator => "pkg:generic/openssl\@$its_version" }],
  };
  my $digest = Digest::SHA->new(256)->addfile($path)->hexdigest;
  my $of = $packages{$id}{checksums};
  push @$of, { algorithm => 'SHA256', checksumValue => $digest } unless grep { $_->{checksumValue} eq $digest } @$of;
  return $id;
}

# ---- the programs, and what they load ----
my @programs;
for my $path (sort glob("$build/bin/*")) {
  my $name = basename($path);
  next if $name eq 'strongroom-bench' || !-x $path || text_of($path) !~ /^\x7fELF/;
  my $id = id_of('program', $name);
  push @programs, $id;
  $packages{$id} = {
    SPDXID => $id, name => $name, versionInfo => $version . ($commit ? "+$commit" : ''), packageFileName => $name,
    downloadLocation => 'NOASSERTION', supplier => 'NOASSERTION', filesAnalyzed => JSON::PP::false,
    primaryPackagePurpose => 'APPLICATION', licenseConcluded => 'Apache-2.0', licenseDeclared => 'Apache-2.0',
    copyrightText => 'NOASSERTION',
    checksums => [{ algorithm => 'SHA256', checksumValue => Digest::SHA->new(256)->addfile($path)->hexdigest }],
  };
  my %direct = map { /\(NEEDED\).*\[(.*)\]/ ? ($1 => 1) : () } lines_of('readelf', '-dW', $path);
  my %loaded = map { /^\s*(\S+) => (\/\S+)/ ? ($1 => realpath($2)) : () } lines_of('ldd', $path);
  my $owner = owners_of(values %loaded);
  for my $library (sort keys %loaded) {
    my $file = $loaded{$library};
    my $to = $owner->{$file} ? debian_package($owner->{$file}) : private_library($file);
    relate($id, $direct{$library} ? 'DYNAMIC_LINK' : 'DEPENDS_ON', $to, $library);
  }
}
die "no programs in $build/bin\n" unless @programs;

# ---- what was compiled in: the headers of objects that are no test, fuzzer or benchmark ----
my (%headers, $counts);
for (lines_of('ninja', '-C', $build, '-t', 'deps')) {
  if (/^(\S+): #deps/) { $counts = $1 !~ m{_(test|fuzz)\.dir/|^bench/|^scenarios/} }
  elsif ($counts && m{^\s+(/usr/(?:local/)?include/\S+)}) { $headers{$1} = 1 }
}
my $owner = owners_of(sort keys %headers);
for my $package (sort keys %{{ map { $_ => 1 } values %$owner }}) {
  relate($_, 'STATIC_LINK', debian_package($package), 'headers compiled in') for @programs;
}
for my $tool (qw(g++ binutils cmake ninja-build protobuf-compiler)) {
  next unless lines_of('sh', '-c', 'dpkg-query -W "$1" 2>/dev/null', 'sh', $tool);
  relate(debian_package($tool), 'BUILD_TOOL_OF', $_) for @programs;
}

# ---- the document ----
my @time = gmtime($created);
my @relationships = map {
  my ($from, $type, $to) = split / /;
  { spdxElementId => $from, relationshipType => $type, relatedSpdxElement => $to,
    ($relations{$_} ? (comment => $relations{$_}) : ()) }
} sort keys %relations;
my $document = {
  spdxVersion => 'SPDX-2.3', dataLicense => 'CC0-1.0', SPDXID => 'SPDXRef-DOCUMENT', name => "strongroom-$version",
  creationInfo => { creators => ['Tool: strongroom-dev-sbom'],
    created => sprintf('%04d-%02d-%02dT%02d:%02d:%02dZ', $time[5] + 1900, $time[4] + 1, @time[3, 2, 1, 0]) },
  documentDescribes => \@programs,
  packages => [map { $packages{$_} } sort keys %packages], relationships => \@relationships,
};
my $json = JSON::PP->new->canonical->pretty->indent_length(1);
$document->{documentNamespace} = 'https://spdx.org/spdxdocs/strongroom-' . Digest::SHA::sha256_hex($json->encode($document));
print $json->encode($document);
