using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using EtlWorker.IntegrationTests.Rigging;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>A scratch copy of <c>deploy/</c> whose module is applied to an endpoint.</summary>
internal sealed class TerraformModule : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("etlworker-deploy-").FullName;
    private readonly Dictionary<string, string?> _environment;

    /// <param name="endpoint">Where AWS answers.</param>
    /// <param name="variables">The module's variables, those that are no strings in Terraform's notation.</param>
    public TerraformModule(Uri endpoint, params (string Name, string Value)[] variables)
    {
        foreach (var file in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories).Where(IsPartOfTheModule))
        {
            var copy = Path.Combine(_scratch, Path.GetRelativePath(Source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.Copy(
            Path.Combine(Repository.Root, "tests", "EtlWorker.IntegrationTests", "Deploying", "moto_override.tf"),
            Path.Combine(Folder, "moto_override.tf"));
        File.WriteAllText(Artefact, "stands in for what publish.sh makes");
        _environment = variables.Append(("artefact", Artefact))
            .ToDictionary(variable => $"TF_VAR_{variable.Item1}", variable => (string?)variable.Item2);
        _environment["AWS_ENDPOINT_URL"] = endpoint.ToString().TrimEnd('/');
        _environment["AWS_ACCESS_KEY_ID"] = _environment["AWS_SECRET_ACCESS_KEY"] = "test";
        _environment["AWS_SESSION_TOKEN"] = _environment["AWS_PROFILE"] = null;
        _environment["TF_IN_AUTOMATION"] = "1";
    }

    private static string Source => Path.Combine(Repository.Root, "deploy");

    private string Folder => Path.Combine(_scratch, "terraform");

    private string Artefact => Path.Combine(_scratch, "etlworker-0.0.0-linux-x64.tar.gz");

    /// <summary>Runs terraform with what <c>mirror.sh</c> knows of this machine.</summary>
    public async Task<(int Exit, string Said)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var ran = await Command(arguments).ExecuteBufferedAsync(cancellationToken);
        return (ran.ExitCode, ran.StandardOutput + ran.StandardError);
    }

    public async Task<IReadOnlyDictionary<string, string>> OutputsAsync(CancellationToken cancellationToken)
    {
        var told = await Command("output", "-json").ExecuteBufferedAsync(cancellationToken);
        using var document = JsonDocument.Parse(told.StandardOutput);
        return document.RootElement.EnumerateObject()
            .ToDictionary(output => output.Name, output => output.Value.GetProperty("value").GetString()!);
    }

    /// <summary>Evaluates an expression on what is applied.</summary>
    public async Task<JsonDocument> EvaluateAsync(string expression, CancellationToken cancellationToken)
    {
        // The console takes each line for an expression of its own.
        var line = $"jsonencode({expression.ReplaceLineEndings(" ")})";
        var told = await Command("console").WithStandardInputPipe(PipeSource.FromString(line)).ExecuteBufferedAsync(cancellationToken);
        if (told.ExitCode != 0)
        {
            throw new InvalidOperationException(told.StandardError);
        }

        // A string within quotes.
        return JsonDocument.Parse(JsonSerializer.Deserialize<string>(told.StandardOutput)!);
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    private Command Command(params string[] arguments) => Cli.Wrap("bash")
        .WithArguments(["-c", ". ./mirror.sh && use_mirror ../cli.tfrc && exec terraform \"$@\"", "terraform", .. arguments])
        .WithWorkingDirectory(Folder).WithEnvironmentVariables(_environment).WithValidation(CommandResultValidation.None);

    // Not what a person's own deployment has left there.
    private static bool IsPartOfTheModule(string file) =>
        !file.Contains("/.terraform", StringComparison.Ordinal) && !file.Contains(".tfstate", StringComparison.Ordinal)
        && !file.Contains(".tfvars", StringComparison.Ordinal) && !file.EndsWith("override.tf", StringComparison.Ordinal)
        && !file.EndsWith("/backend.tf", StringComparison.Ordinal);
}
