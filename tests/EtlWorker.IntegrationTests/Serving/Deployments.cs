using Amazon.S3.Model;
using EtlWorker.IntegrationTests.Rigging;

namespace EtlWorker.IntegrationTests.Serving;

/// <summary>
/// Pipelines in folders of their own, deployed by the real command. Each has one feed that appends, so that a set that is loaded twice
/// shows, and one analysis that counts.
/// </summary>
internal sealed class Deployments : IDisposable
{
    private readonly Rig _rig;
    private readonly DirectoryInfo _folders = Directory.CreateTempSubdirectory("etlworker-pipelines-");

    private Deployments(Rig rig, string target) => (_rig, Target) = (rig, target);

    /// <summary>Where the worker looks.</summary>
    public string Target { get; }

    public string Bucket => Target.Split('/')[2];

    /// <summary>Has the worker take its definitions from a bucket of their own.</summary>
    public static async Task<Deployments> InBucketAsync(Rig rig)
    {
        var bucket = $"definitions-{Guid.NewGuid():N}"[..30];
        await rig.Aws.S3.PutBucketAsync(bucket, rig.Token);
        return Prepare(rig, new Deployments(rig, $"s3://{bucket}/pipelines/"));
    }

    /// <summary>Has the worker take its definitions from a folder on disk.</summary>
    public static Deployments InFolder(Rig rig) =>
        Prepare(rig, new Deployments(rig, Directory.CreateTempSubdirectory("etlworker-deployed-").FullName + "/"));

    /// <summary>Makes the tables of a pipeline, and its folder.</summary>
    public async Task CreateAsync(string name, string more = "")
    {
        await _rig.ExecuteAsync(
            $"""
            create table public.{name}_rows (id int not null, note text);
            create table public.{name}_counted (ingestion_date date primary key, n bigint not null)
            """);
        await WriteAsync(name, more: more);
    }

    /// <summary>Writes a pipeline's folder anew.</summary>
    /// <param name="name">Of folder and pipeline.</param>
    /// <param name="sql">The analysis.</param>
    /// <param name="key">The feed's object; by default in a folder of the pipeline.</param>
    /// <param name="more">More properties of the definition, each with a comma at its end.</param>
    /// <param name="table">The feed's table; by default the pipeline's own.</param>
    public async Task WriteAsync(string name, string? sql = null, string? key = null, string more = "", string? table = null)
    {
        var folder = _folders.CreateSubdirectory(name).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "pipeline.json"),
            $$"""
            {
              "name": "{{name}}", "timeZone": "UTC", {{more}}
              "feeds": [
                {
                  "name": "rows", "object": "{{key ?? $"in/{name}/*.csv"}}", "table": "{{table ?? $"public.{name}_rows"}}",
                  "mode": "append"
                }
              ],
              "analyses": [
                { "name": "counted", "sql": "counted.sql", "table": "public.{{name}}_counted", "export": ["out/{{name}}/counted.csv"] }
              ]
            }
            """, _rig.Token);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "counted.sql"), sql ?? $"select count(*) as n from public.{name}_rows", _rig.Token);
    }

    public string FolderOf(string name) => Path.Combine(_folders.FullName, name);

    /// <summary>Deploys a folder as it is.</summary>
    public Task<string> DeployAsync(string name) => DeployFolderAsync(FolderOf(name));

    /// <param name="folder">With a pipeline's definition.</param>
    public async Task<string> DeployFolderAsync(string folder)
    {
        var (exit, said) = await _rig.CommandAsync("deploy", folder, Target);
        return exit == 0 ? said : throw new InvalidOperationException($"deploy ended with {exit}: {said}");
    }

    /// <summary>Takes a deployed pipeline away.</summary>
    public async Task RemoveAsync(string name)
    {
        if (!Target.StartsWith("s3://", StringComparison.Ordinal))
        {
            Directory.Delete(Path.Combine(Target, name), recursive: true);
            return;
        }

        foreach (var listed in (await _rig.Aws.S3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = Bucket, Prefix = $"pipelines/{name}/" }, _rig.Token)).S3Objects)
        {
            await _rig.Aws.S3.DeleteObjectAsync(Bucket, listed.Key, _rig.Token);
        }
    }

    /// <summary>Drops a file of so many rows for a pipeline.</summary>
    public Task DropAsync(string name, int rows, string file = "a") => _rig.DropAsync(
        $"in/{name}/{file}.csv", $"id,note\n{string.Concat(Enumerable.Range(1, rows).Select(id => $"{id},{file}\n"))}");

    public Task<long> RowsAsync(string name) => _rig.QueryAsync<long>($"select count(*) from public.{name}_rows");

    public void Dispose()
    {
        _folders.Delete(recursive: true);
        if (!Target.StartsWith("s3://", StringComparison.Ordinal))
        {
            Directory.Delete(Target, recursive: true);
        }
    }

    private static Deployments Prepare(Rig rig, Deployments deployments)
    {
        rig.Environment["ETLWORKER__PIPELINE__DEFINITION"] = deployments.Target;
        rig.Environment["ETLWORKER__PIPELINE__REFRESH"] = "00:00:01";
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        return deployments;
    }
}
