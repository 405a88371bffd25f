<#
.SYNOPSIS
Runs Drydock's checks on a Windows Server: the contract suites of the bindings, and the scenarios that can be
played on this machine.

.DESCRIPTION
Takes the programs that were cross-compiled on Linux (build/mingw/bin of `ci/test mingw`) and runs, in this order:

  1. checks: the Windows version and edition, the Containers feature, the services hns and vmcompute, the DLLs,
     Hyper-V, the networks that HNS has;
  2. contract_real_*.exe: the contract suites of the clock, files, the registry, services, pipes and the system;
  3. drydock.exe run scenarios: the runs for this Windows on the emulated host, which need nothing of the machine;
  4. the same with --platform real: every run that this machine has what it takes for; others are skipped, and it is
     said why. Where all of them are, that is a failure, unless -MayPlayNone is given.

What it needs: an elevated PowerShell on Windows Server 2016 or later (Windows 10 and 11 work too), and for
scenarios with networks and containers the Containers feature (Install-WindowsFeature Containers, and a restart).
Without the feature only what needs none of it is played.

Where images come from: nothing is downloaded, ever. Without -BaseLayer scenarios with images are skipped. -BaseLayer
names a folder with an unpacked base layer of exactly this Windows: the content of the one layer archive of, say,
`docker save mcr.microsoft.com/windows/nanoserver:ltsc2022`, made by you, by whatever tool you have. It is read, never
changed and never given to Windows as a layer: it is copied into the work folder first, without the junctions and links
to folders that it has, and it is the copy that images stand on.

What it leaves alone: it changes no service, feature, adapter, registry value or network that it finds. Files are
made in a folder of its own below -Work alone. A scenario's networks and compute systems are those that it made
itself; drydock.exe refuses to open or change any other, and plays no scenario at all where HNS has networks already,
since a daemon would take them for its own. The contract suites make a registry key
SOFTWARE\drydock-contract-* and a folder C:\drydock-contract-*, and start the service BITS.

How it cleans up: each scenario removes its compute systems, networks, layers and folder when it ends; what cannot
be removed makes it fail and is named. A program that takes longer than its time is ended. At its own end the script
removes the work folder, and what killed programs have left: folders C:\drydock-contract-* and keys
SOFTWARE\drydock-contract-*, unless they were there before. What it could not remove it names, as it does networks and
compute systems that were not there before: those it leaves to you, since it cannot know that they are the programs'.
All of this counts as failed. With -WhatIf it only checks and says what it would do.

Exit code: 0 nothing failed, 1 something failed, 2 this machine or the arguments do not do.

.PARAMETER Bin
The folder with drydock.exe and the suites; the default is build\mingw\bin of the repository. The emulator's
vmcompute.dll must not lie in it.

.PARAMETER Scenarios
Scenario files or folders of the repository. The default is all of them.

.PARAMETER Work
Where the work folder is made. The default is the folder for temporary files.

.PARAMETER Report
Where reports are left: checks.txt, a text per suite, scenarios.json, scenarios.xml (JUnit), scenarios.txt, and the
same of the emulated host as emulated.*. The default is build\windows of the repository.

.PARAMETER BaseLayer
An unpacked base layer of this Windows; see above.

.PARAMETER Limit
How many seconds a scenario may take.

.PARAMETER Minutes
How long all of it may take. What runs then is ended.

.PARAMETER Strict
A run for this Windows that is skipped counts as failed: for -Scenarios of which all are known to fit.

.PARAMETER MayPlayNone
That this machine has not what it takes for any scenario is no failure: for machines that are not yours to change.

.EXAMPLE
ci\windows.ps1 -Bin C:\artefacts\bin -Report C:\reports

.EXAMPLE
ci\windows.ps1 -Bin C:\artefacts\bin -Scenarios scenarios\start, scenarios\networks -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string] $Bin = '',
    [string[]] $Scenarios = @('scenarios'),
    [string] $Work = '',
    [string] $Report = '',
    [string] $BaseLayer = '',
    [int] $Limit = 10,
    [ValidateRange(1, 1440)] [int] $Minutes = 240,
    [switch] $Strict,
    [switch] $MayPlayNone
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# Not in the defaults above, where Windows PowerShell does not know the script's folder yet.
$root = (Resolve-Path (Join-Path $PSScriptRoot '..')).Path
if ($Bin -eq '') { $Bin = Join-Path $root 'build\mingw\bin' }
if ($Work -eq '') { $Work = [System.IO.Path]::GetTempPath() }
if ($Report -eq '') { $Report = Join-Path $root 'build\windows' }
$deadline = (Get-Date).AddMinutes($Minutes)
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
if ($BaseLayer -ne '') { $BaseLayer = (Resolve-Path $BaseLayer).ProviderPath.TrimEnd('\') }
$suites = @(Get-ChildItem -Path $Bin -Filter 'contract_real_*.exe' | Sort-Object Name)
if ($suites.Count -eq 0) { Stop-Here "there are no suites (contract_real_*.exe) in $Bin" }
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

# What Windows has of these now; none where it has no tool to tell.
function Get-Networks {
    if (Get-Command Get-HnsNetwork -ErrorAction SilentlyContinue) {
        try {
            Get-HnsNetwork | ForEach-Object { "network $($_.Name) ($($_.ID))" }
        } catch {
            'networks that HNS does not tell of'
        }
    }
}

function Get-ComputeSystems {
    if (Get-Command Get-ComputeProcess -ErrorAction SilentlyContinue) {
        try {
            Get-ComputeProcess | ForEach-Object { "compute system $($_.Id)" }
        } catch {
            'compute systems that the service does not tell of'
        }
    }
}

# Folders and keys of contract suites.
function Get-SuitesThings {
    Get-Item 'C:\drydock-contract-*' -ErrorAction SilentlyContinue | ForEach-Object { $_.FullName }
    Get-Item 'HKLM:\SOFTWARE\drydock-contract-*' -ErrorAction SilentlyContinue | ForEach-Object { $_.PSPath }
}

$objectsBefore = @(Get-Networks) + @(Get-ComputeSystems)
$thingsBefore = @(Get-SuitesThings)
Note 'networks and systems' $(if ($objectsBefore.Count -eq 0) { 'none told of' } else { $objectsBefore -join ', ' })

# The emulated Windows that is most like this one, whose runs are those that can be played here.
$drydock = Join-Path $Bin 'drydock.exe'
$editions = @{ 'Client' = 'client'; 'Server' = 'server'; 'Server Core' = 'server core'; 'Nano Server' = 'nano' }
$edition = $editions["$($version.InstallationType)"]
$known = @(& $drydock hosts --json | ForEach-Object { ConvertFrom-Json $_ })
if ($LASTEXITCODE -ne 0) { Stop-Here "$drydock does not run here (exit code $LASTEXITCODE)" }
$alike = @($known | Where-Object { "$($_.build)" -eq $version.CurrentBuildNumber -and $_.edition -eq $edition })
if ($alike.Count -eq 0) { Stop-Here 'no emulated Windows is like this one, and so no run is for it (drydock hosts)' }
$same = @($alike | Where-Object { $_.title -eq $version.ProductName })
$os = (@($same) + @($alike))[0].id
Note 'as an emulated Windows' $os

# ---- 2. to 4. ----

$folder = Join-Path (Resolve-Path $Work).ProviderPath ('drydock-' + [System.IO.Path]::GetRandomFileName())

# Runs a program with what it says in a file, for so many seconds and not longer than all may take; answers what went
# wrong, '' for nothing.
function Invoke-Logged([string] $program, [string[]] $words, [string] $log, [int] $seconds) {
    # A backslash at the end of a word would take the quote with it.
    $quoted = @(@($program) + $words | ForEach-Object { '"' + ($_ -replace '(\\+)$', '$1$1') + '"' })
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $env:ComSpec
    $start.Arguments = '/d /s /c "' + ($quoted -join ' ') + ' > "' + $log + '" 2>&1"'
    $start.WorkingDirectory = $root
    $start.UseShellExecute = $false
    $process = [System.Diagnostics.Process]::Start($start)
    $left = [Math]::Min([double] $seconds, ($deadline - (Get-Date)).TotalSeconds)
    if (-not $process.WaitForExit([int] (1000 * [Math]::Max(1.0, $left)))) {
        # It may end by itself at this moment, and then taskkill finds nothing.
        $ErrorActionPreference = 'Continue'
        & taskkill.exe /F /T /PID $process.Id *> $null
        [void] $process.WaitForExit(10000)
        return 'not done in its time, and ended'
    }
    if ($process.ExitCode -ne 0) { return "exit code $($process.ExitCode)" }
    return ''
}

function Get-Verdict([string] $name, [string] $fault) {
    return '{0,-32} {1}' -f $name, $(if ($fault -eq '') { 'passed' } else { "FAILED ($fault)" })
}

# Plays the scenarios; reports are called like `name`. Answers as Invoke-Logged.
function Invoke-Scenarios([string] $name, [string[]] $more) {
    $words = @('run') + $Scenarios + @('--os', $os, '--no-progress', '--json', (Join-Path $Report "$name.json"),
        '--junit', (Join-Path $Report "$name.xml")) + $more
    return Invoke-Logged $drydock $words (Join-Path $Report "$name.txt") (60 * $Minutes)
}

# The runs of a report; a program that was ended may have left the last line unfinished.
function Get-Runs([string] $path) {
    if (Test-Path -LiteralPath $path) {
        Get-Content -LiteralPath $path -Encoding UTF8 | ForEach-Object {
            $line = $null
            try { $line = ConvertFrom-Json $_ } catch { }
            if ($null -ne $line -and $line.event -eq 'run') { $line }
        }
    }
}

# Windows' own files in layers give way to nobody without the right to back up, which robocopy uses and Remove-Item
# does not. Neither robocopy with /XJD nor rd goes through links into other folders.
function Remove-Folder([string] $path) {
    $ErrorActionPreference = 'Continue'
    $nothing = "$path-nothing"
    [void] (New-Item -ItemType Directory -Force -Path $nothing)
    & robocopy.exe $nothing $path /MIR /B /XJD /R:1 /W:1 /NFL /NDL /NJH /NJS *> $null
    & cmd.exe /d /c rd /s /q $nothing *> $null
    & cmd.exe /d /c rd /s /q $path *> $null
}

if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, "run $($suites.Count) suites and the scenarios in $folder")) {
    exit 0
}

$Report = (New-Item -ItemType Directory -Force -Path $Report).FullName
[void] (New-Item -ItemType Directory -Path $folder)
$checks | Set-Content -LiteralPath (Join-Path $Report 'checks.txt')
# Those of an earlier time are not this time's.
Get-ChildItem -LiteralPath $Report -Filter 'scenarios.*' | Remove-Item
Get-ChildItem -LiteralPath $Report -Filter 'emulated.*' | Remove-Item
try {
    foreach ($suite in $suites) {
        $fault = Invoke-Logged $suite.FullName @() (Join-Path $Report "$($suite.BaseName).txt") 300
        if ($fault -ne '') { $failed++ }
        Say (Get-Verdict $suite.BaseName $fault)
    }

    $fault = Invoke-Scenarios 'emulated' @()
    if ($fault -ne '') { $failed++ }
    Say (Get-Verdict 'scenarios, emulated host' $fault)

    $more = @('--platform', 'real', '--work', $folder, '--limit', "$Limit")
    if ($BaseLayer -ne '') {
        $copy = Join-Path $folder 'base'
        & robocopy.exe $BaseLayer $copy /E /COPYALL /B /SL /XJD /R:1 /W:1 /NFL /NDL /NJH /NJS | Out-Null
        if ($LASTEXITCODE -ge 8) { throw "cannot copy $BaseLayer (robocopy: $LASTEXITCODE)" }
        $more += @('--base-layer', $copy)
    }
    if ($Strict) { $more += '--strict' }
    $fault = Invoke-Scenarios 'scenarios' $more
    $runs = @(Get-Runs (Join-Path $Report 'scenarios.json'))
    $played = @($runs | Where-Object { $_.status -ne 'skip' })
    $skipped = @($runs | Where-Object { $_.status -eq 'skip' })
    if ($fault -eq '' -and $played.Count -eq 0 -and -not $MayPlayNone) { $fault = 'no run was played' }
    if ($fault -ne '') { $failed++ }
    Say (Get-Verdict 'scenarios, this machine' $fault)
    Say "  $($played.Count) runs were played, $($skipped.Count) skipped:"
    $skipped | Group-Object -Property reason | Sort-Object -Property Count -Descending |
        ForEach-Object { Say ('  {0,6} {1}' -f $_.Count, $_.Name) }
} finally {
    Remove-Folder $folder
    if (Test-Path -LiteralPath $folder) { Say "could not be removed: $folder"; $failed++ }
    foreach ($thing in @(Get-SuitesThings | Where-Object { $thingsBefore -notcontains $_ })) {
        if ($thing -like 'C:\*') {
            Remove-Folder $thing
        } else {
            try { Remove-Item -LiteralPath $thing -Recurse -Force } catch { }
        }
        if (Test-Path -LiteralPath $thing) { Say "could not be removed: $thing"; $failed++ }
    }
    foreach ($object in @(@(Get-Networks) + @(Get-ComputeSystems) | Where-Object { $objectsBefore -notcontains $_ })) {
        Say "was not there before: $object"
        $failed++
    }
}

if ($failed -gt 0) {
    Say "$failed failed; reports are in $Report"
    exit 1
}
Say "nothing failed; reports are in $Report"
exit 0
