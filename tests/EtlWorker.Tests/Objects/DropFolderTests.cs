using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Objects;

public sealed class DropFolderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("etlworker-drops-");
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly DropFolder _folder;

    public DropFolderTests() => _folder = new DropFolder(_directory.FullName, Stable, _time, () => { });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_file_is_listed_once_it_has_been_as_it_is_for_long_enough()
    {
        Write("in/old.csv", "a", Noon.AddHours(-1));
        Write("in/new.csv", "a", Noon.AddSeconds(-3));
        Assert.Equal("in/old.csv 11:00:00", await ListAsync());
        Assert.Equal(Stable, _folder.LookAgain);

        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("in/new.csv 11:59:57, in/old.csv 11:00:00", await ListAsync());
        Assert.Null(_folder.LookAgain);
    }

    [Fact]
    public async Task One_that_grows_is_not_listed_whatever_its_time_says()
    {
        await ListAsync();
        foreach (var text in new[] { "a", "ab", "abc" })
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Write("in/a.csv", text, Noon.AddDays(-1));
            Assert.Equal("", await ListAsync());
        }

        _time.Advance(Stable);
        // A copy keeps the time of its file: what the last look did not have landed after it.
        Assert.Equal("in/a.csv 12:03:00", await ListAsync());
    }

    [Fact]
    public async Task What_is_hidden_or_unfinished_by_its_name_and_links_are_left_out()
    {
        foreach (var name in new[] { ".a.csv", "a.csv.tmp", "a.csv.PART", ".b/a.csv", "in/.nfs0001", "in/a.csv" })
        {
            Write(name, "a", Noon.AddHours(-1));
        }

        File.CreateSymbolicLink(Path.Combine(_directory.FullName, "in", "link.csv"), "/etc/hostname");
        Directory.CreateSymbolicLink(Path.Combine(_directory.FullName, "etc"), "/etc");

        Assert.Equal("in/a.csv 11:00:00", await ListAsync(""));
    }

    [Fact]
    public async Task What_is_known_until_when_is_never_later_than_a_file_that_is_not_listed_yet()
    {
        Assert.Equal(DateTimeOffset.MinValue, _folder.ListedUntil("in/"));
        await ListAsync();
        Assert.Equal(Noon - Stable, _folder.ListedUntil("in/"));

        _time.Advance(TimeSpan.FromMinutes(1));
        Write("in/a.csv", "a", Noon.AddSeconds(1));
        await ListAsync();
        Assert.Equal(Noon, _folder.ListedUntil("in/"));

        _time.Advance(Stable / 2);
        await ListAsync();
        // It is not listed yet, and its time is that of a moment after the first look.
        Assert.Equal(Noon, _folder.ListedUntil("in/"));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("in/a.csv 12:00:01", await ListAsync());
        Assert.Equal(Noon.AddSeconds(65), _folder.ListedUntil("in/"));
    }

    [Fact]
    public async Task A_touch_is_another_version_with_the_same_contents()
    {
        Write("in/a.csv", "abc", Noon.AddHours(-2));
        await ListAsync();
        var first = await _folder.HeadAsync("", "in/a.csv", Stop);
        Write("in/a.csv", "abc", Noon.AddHours(-1));
        var second = await _folder.HeadAsync("", "in/a.csv", Stop);

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", first!.ContentId);
        Assert.Equal(first.ContentId, second!.ContentId);
        Assert.NotEqual(first.VersionId, second.VersionId);
    }

    [Fact]
    public async Task One_that_is_being_written_has_no_version_yet()
    {
        Write("in/a.csv", "abc", Noon.AddSeconds(-1));

        Assert.Null(await _folder.HeadAsync("", "in/a.csv", Stop));
        Assert.Equal(Presence.Present, await _folder.FindAsync("", "in/a.csv", Stop));
        await ListAsync();
        Assert.Null(await _folder.HeadAsync("", "in/a.csv", Stop));
        _time.Advance(Stable);
        await ListAsync();
        Assert.NotNull(await _folder.HeadAsync("", "in/a.csv", Stop));
    }

    [Fact]
    public async Task A_version_that_was_overwritten_is_gone_and_one_whose_bytes_were_not_seen_says_what_they_must_be()
    {
        Write("in/a.csv", "abc", Noon.AddHours(-2));
        await ListAsync();
        var head = (await _folder.HeadAsync("", "in/a.csv", Stop))!;
        var (version, contents) = (Of(head.VersionId), Of(head.ContentId));
        using (var body = await _folder.OpenAsync(version, 1, Stop))
        {
            Assert.Equal((1, 3, head.ContentId), (body.From, body.Total, body.Sha256));
            Assert.Equal('b', body.Stream.ReadByte());
        }

        Write("in/a.csv", "xyz", Noon.AddHours(-1));
        await Assert.ThrowsAsync<ObjectGoneException>(() => _folder.OpenAsync(version, 0, Stop));
        using (var body = await _folder.OpenAsync(contents, 0, Stop))
        {
            // Nobody has looked at it since: whoever reads it to its end sees that it is another.
            Assert.Equal(head.ContentId, body.Sha256);
        }

        await ListAsync();
        _time.Advance(Stable);
        await ListAsync();
        await _folder.HeadAsync("", "in/a.csv", Stop);
        await Assert.ThrowsAsync<ObjectGoneException>(() => _folder.OpenAsync(contents, 0, Stop));
        File.Delete(Path.Combine(_directory.FullName, "in/a.csv"));
        await Assert.ThrowsAsync<ObjectGoneException>(() => _folder.OpenAsync(contents, 0, Stop));
        Assert.Null(await _folder.HeadAsync("", "in/a.csv", Stop));
        Assert.Equal(Presence.Deleted, await _folder.FindAsync("", "in/a.csv", Stop));
    }

    /// <summary>The clock of the file server may be ahead.</summary>
    [Fact]
    public async Task A_file_of_the_future_landed_when_it_was_seen()
    {
        Write("in/a.csv", "a", Noon.AddDays(1));
        Assert.Equal("", await ListAsync());
        _time.Advance(Stable);
        Assert.Equal("in/a.csv 12:00:00", await ListAsync());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_with_what_to_do()
    {
        var folder = new DropFolder(Path.Combine(_directory.FullName, "away"), Stable, _time, () => { });

        var fault = (await Assert.ThrowsAsync<FaultException>(async () => await folder.ListAsync("in/", Stop).CountAsync(Stop))).Fault;

        Assert.Equal(FaultKind.Passing, fault.Kind);
        Assert.Contains("away cannot be read (in/): ", fault.Cause, StringComparison.Ordinal);
        Assert.Contains("PIPELINE__SOURCE is there (mounted)", fault.Remedy, StringComparison.Ordinal);
    }

    private static ObjectVersion Of(string? version) => new("", "in/a.csv", version, null);

    private void Write(string key, string text, DateTimeOffset at)
    {
        var path = Path.Combine(_directory.FullName, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, at.UtcDateTime);
    }

    private async Task<string> ListAsync(string prefix = "in/")
    {
        var listed = new List<string>();
        await foreach (var file in _folder.ListAsync(prefix, Stop))
        {
            listed.Add($"{file.Key} {file.LastModified:HH:mm:ss}");
        }

        return string.Join(", ", listed.Order(StringComparer.Ordinal));
    }
}
