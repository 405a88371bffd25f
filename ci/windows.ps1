<#
.SYNOPSIS
Runs Drydock's checks on a Windows Server: the contract suites of the bindings, and the scenarios that can be
played on this machine.

.DESCRIPTION
Takes the programs that were cross-compiled on Linux (build/mingw/bin of `ci/test mingw`) and runs, in this order:

  1. checks: the Windows version and edition, the Containers feature, the services hns and vmcompute, the DLLs,
     Hyper-V, the networks that HNS has;
  2. contract_real_*.exe: the contract suites of the clock, files, the registry, services, pipes and the system;
  3. drydock.exe run scenarios --platform real: every scenario that fits this Windows and that this machine has
     what it takes for; others are skipped, and it is said why.

What it needs: an elevated PowerShell on Windows Server 2016 or later (Windows 10 and 11 work too), and for
scenarios with networks and containers the Containers feature (Install-WindowsFeature Containers, and a restart).
Without the feature only what needs none of it is played.

Where images come from: nothing is downloaded, ever. Without -BaseLayer scenarios make up the layers that they need,
which hold no Windows: expect those with images to fail, and name others with -Scenarios. -BaseLayer names a folder with an unpacked base layer of exactly this
Windows: the content of the one layer archive of, say, `docker save mcr.microsoft.com/windows/nanoserver:ltsc2022`,
made by you, by whatever tool you have. It is read, never changed and never given to Windows as a layer: it is copied
into the work folder first, and it is the copy that images stand on.

What it leaves alone: it changes no service, feature, adapter, registry value or network that it finds. Files are
made in a folder of its own below -Work alone. A scenario's networks and compute systems are those that it made
itself; drydock.exe refuses to open or change any other, and plays no scenario with networks at all where HNS has
networks already, since a daemon would take them for its own. The contract suites make a registry key
SOFTWARE\drydock-contract-* and a folder C:\drydock-contract-*, and start the service BITS.

How it cleans up: each scenario removes its compute systems, networks, layers and folder when it ends; what cannot
be removed makes it fail and is named. At its own end the script removes the work folder, and what killed programs
have left: folders C:\drydock-contract-*, keys SOFTWARE\drydock-contract-*. It says what it could not remove.
With -WhatIf it only checks and says what it would do.

Exit code: 0 nothing failed, 1 something failed, 2 this machine or the arguments do not do.

.PARAMETER Bin
The folder with drydock.exe and the suites. The emulator's vmcompute.dll must not lie in it.

.PARAMETER Scenarios
Scenario files or folders of the repository. The default is all of them.

.PARAMETER Work
Where the work folder is made. The default is the folder for temporary files.

.PARAMETER Report
Where reports are left: checks.txt, a text per suite, scenarios.json, scenarios.xml (JUnit), scenarios.txt.

.PARAMETER BaseLayer
An unpacked base layer of this Windows; see above.

.PARAMETER Limit
How many seconds a scenario may take.

.PARAMETER Strict
A scenario that is skipped counts as failed.

.EXAMPLE
ci\windows.ps1 -Bin C:\artefacts\bin -Report C:\reports

.EXAMPLE
ci\windows.ps1 -Bin C:\artefacts\bin -Scenarios scenarios\start, scenarios\networks -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string] $Bin = (Join-Path $PSScriptRoot '..\build\mingw\bin'),
    [string[]] $Scenarios = @('scenarios'),
    [string] $Work = [System.IO.Path]::GetTempPath(),
    [string] $Report = (Join-Path $PSScriptRoot '..\build\windows'),
    [string] $BaseLayer = '',
    [int] $Limit = 10,
    [switch] $Strict
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$root = (Resolve-Path (Join-Path $PSScriptRoot '..')).Path
$failed = 0
$checks = New-Object System.Collections.ArrayList

function Say([string] $text) {
    Write-Output $text
}

function Note([string] $name, [string] $value) {
    $line = '{0,-24} {1}' -f $name, $value
    [void] $checks.Add($line)
    Write-Output $line
}

function Stop-Here([string] $text) {
    [Console]::Error.WriteLine("windows.ps1: error: $text")
    exit 2
}

function Get-Condition([string] $name) {
    $service = Get-Service -Name $name -ErrorAction SilentlyContinue
    if ($null -eq $service) { return 'missing' }
    return "$($service.Status)".ToLowerInvariant()
}

# Installed, not installed, or unknown where Windows has neither tool.
function Get-ContainersFeature {
    if (Get-Command Get-WindowsFeature -ErrorAction SilentlyContinue) {
        if ((Get-WindowsFeature -Name Containers).Installed) { return 'installed' }
        return 'not installed'
    }
    try {
        return "$((Get-WindowsOptionalFeature -Online -FeatureName Containers).State)".ToLowerInvariant()
    } catch {
        return 'unknown'
    }
}

# ---- 0. what cannot do ----

if ($env:OS -ne 'Windows_NT') { Stop-Here 'this is no Windows' }
if (-not (Test-Path (Join-Path $Bin 'drydock.exe'))) { Stop-Here "there is no drydock.exe in $Bin" }
$Bin = (Resolve-Path $Bin).Path
if (Test-Path (Join-Path $Bin 'vmcompute.dll')) {
    Stop-Here "the emulator's vmcompute.dll lies in $Bin; take it away, or Windows' own is not what is tested"
}
if (-not (Test-Path $Work)) { Stop-Here "there is no folder $Work" }
if ($BaseLayer -ne '' -and -not (Test-Path (Join-Path $BaseLayer 'Files'))) {
    Stop-Here "$BaseLayer is no unpacked layer: it has no folder Files"
}
$identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
$administrator = (New-Object System.Security.Principal.WindowsPrincipal $identity).IsInRole(
    [System.Security.Principal.WindowsBuiltInRole]::Administrator)
if (-not $administrator) { Stop-Here 'an elevated PowerShell is needed' }

# ---- 1. checks ----

$version = Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
Note 'Windows' "$($version.ProductName), build $($version.CurrentBuildNumber), $($version.InstallationType)"
Note 'Containers feature' (Get-ContainersFeature)
foreach ($name in 'hns', 'vmcompute', 'vmms') { Note "service $name" (Get-Condition $name) }
foreach ($name in 'vmcompute.dll', 'computenetwork.dll', 'computestorage.dll') {
    $there = Test-Path (Join-Path $env:SystemRoot "System32\$name")
    Note $name $(if ($there) { 'present' } else { 'missing' })
}
$networks = @()
if (Get-Command Get-HnsNetwork -ErrorAction SilentlyContinue) {
    $networks = @(Get-HnsNetwork | ForEach-Object { $_.Name })
    Note 'networks in HNS' $(if ($networks.Count -eq 0) { 'none' } else { $networks -join ', ' })
}

# ---- 2. and 3. ----

$folder = Join-Path (Resolve-Path $Work).Path ('drydock-' + [System.IO.Path]::GetRandomFileName())
$suites = @(Get-ChildItem -Path $Bin -Filter 'contract_real_*.exe' | Sort-Object Name)

# Runs a program with what it says in a file; answers its exit code.
function Invoke-Logged([string] $program, [string[]] $words, [string] $log) {
    $ErrorActionPreference = 'Continue' # what a program says on its error stream is no error of ours
    & $program @words *> $log
    return $LASTEXITCODE
}

if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, "run $($suites.Count) suites and the scenarios in $folder")) {
    exit 0
}

[void] (New-Item -ItemType Directory -Force -Path $Report)
[void] (New-Item -ItemType Directory -Path $folder)
$checks | Set-Content -Path (Join-Path $Report 'checks.txt')
Push-Location $root
try {
    foreach ($suite in $suites) {
        $code = Invoke-Logged $suite.FullName @() (Join-Path $Report "$($suite.BaseName).txt")
        if ($code -ne 0) { $failed++ }
        Say ('{0,-32} {1}' -f $suite.BaseName, $(if ($code -eq 0) { 'passed' } else { "FAILED (exit code $code)" }))
    }
    if ($BaseLayer -ne '') {
        $copy = Join-Path $folder 'base'
        & robocopy $BaseLayer $copy /E /COPYALL /B /SL /NFL /NDL /NJH /NJS | Out-Null
        if ($LASTEXITCODE -ge 8) { throw "cannot copy $BaseLayer (robocopy: $LASTEXITCODE)" }
    }
    $words = @('run') + $Scenarios + @('--platform', 'real', '--work', $folder, '--limit', "$Limit", '--no-progress',
        '--json', (Join-Path $Report 'scenarios.json'), '--junit', (Join-Path $Report 'scenarios.xml'))
    if ($BaseLayer -ne '') { $words += @('--base-layer', (Join-Path $folder 'base')) }
    if ($Strict) { $words += '--strict' }
    $text = Join-Path $Report 'scenarios.txt'
    $code = Invoke-Logged (Join-Path $Bin 'drydock.exe') $words $text
    if ($code -ne 0) { $failed++ }
    Get-Content $text | Select-Object -Last 1
} finally {
    Pop-Location
    $left = @($folder) + @(Get-Item 'C:\drydock-contract-*' -ErrorAction SilentlyContinue | ForEach-Object { $_.FullName })
    foreach ($path in $left) {
        Remove-Item -LiteralPath $path -Recurse -Force -ErrorAction SilentlyContinue
        if (Test-Path -LiteralPath $path) { Say "could not be removed: $path"; $failed++ }
    }
    Get-Item 'HKLM:\SOFTWARE\drydock-contract-*' -ErrorAction SilentlyContinue |
        Remove-Item -Recurse -Force -ErrorAction SilentlyContinue
}

if ($failed -gt 0) {
    Say "$failed failed; reports are in $Report"
    exit 1
}
Say "nothing failed; reports are in $Report"
exit 0
