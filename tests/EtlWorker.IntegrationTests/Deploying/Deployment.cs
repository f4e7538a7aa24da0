using System.Text.Json;
using Amazon.Runtime;
using CliWrap;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>
/// The module, applied to a moto server: once for all tests of the collection, which run one after the other, since one switch of
/// the server has it enforce signatures and policies.
/// </summary>
public sealed class Deployment : IAsyncLifetime
{
    public const string Account = "123456789012";
    public const string Region = "eu-central-1";
    public const string Uploader = "arn:aws:iam::210987654321:user/on-premise";

    /// <summary>Who deploys pipelines.</summary>
    public const string Deployer = $"arn:aws:iam::{Account}:role/deployer";
    private static readonly TimeSpan AppliesWithin = TimeSpan.FromMinutes(8);
    private MotoServer? _moto;
    private TerraformModule? _module;
    private JsonDocument? _policies;
    private string? _missing;

    /// <summary>The outputs of the module.</summary>
    internal IReadOnlyDictionary<string, string> Outputs { get; private set; } = new Dictionary<string, string>();

    /// <summary>The policies as the module makes them, by the name of what has them.</summary>
    internal JsonElement Policies => _policies!.RootElement;

    internal Uri Endpoint => _moto!.Endpoint;

    /// <summary>Somebody of the account who may do anything.</summary>
    internal SignedIn Administrator { get; private set; } = null!;

    internal TerraformModule Module => _module!;

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(AppliesWithin);
        _missing = await MissingAsync();
        if (_missing is not null)
        {
            return;
        }

        _moto = await MotoServer.StartAsync(
            "python3", Path.Combine(Repository.Root, "tests", "EtlWorker.IntegrationTests", "Deploying", "enforcing_moto.py"));
        _module = new TerraformModule(
            _moto.Endpoint, ("region", Region), ("emails", """["ops@example.com"]"""), ("uploader_arns", $"""["{Uploader}"]"""),
            ("deployer_arns", $"""["{Deployer}"]"""));
        var (exit, said) = await _module.RunAsync(patience.Token, "init", "-input=false", "-no-color");
        if (exit != 0 && said.Contains("Failed to query available provider packages", StringComparison.Ordinal))
        {
            _missing = "no AWS provider for terraform: neither a mirror of this machine nor the registry has it";
            return;
        }

        if (exit == 0)
        {
            (exit, said) = await _module.RunAsync(patience.Token, "apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=30");
        }

        if (exit != 0)
        {
            throw new InvalidOperationException($"terraform failed:\n{said}");
        }

        Outputs = await _module.OutputsAsync(patience.Token);
        _policies = await _module.EvaluateAsync(
            """
            {
                worker = local.worker_policy, session_manager = local.session_manager_policy, buckets = local.bucket_policies,
                topic = local.topic_policy, endpoint = local.endpoint_policy, drops = local.drops_policy,
                dead = jsondecode(aws_sqs_queue_policy.dead.policy), successes = jsondecode(aws_sqs_queue_policy.successes.policy),
                trust = jsondecode(aws_iam_role.worker.assume_role_policy), first_apply = terraform_data.first_apply.output,
                database = aws_db_instance.this.resource_id
            }
            """,
            patience.Token);
        Administrator = await CreateAdministratorAsync(patience.Token);
    }

    /// <summary>The test is skipped where the module could not be applied.</summary>
    public void OrSkip() => Assert.SkipWhen(_missing is not null, _missing ?? "");

    /// <summary>Takes the worker's role. Only before anything is enforced: it trusts no user, only EC2.</summary>
    internal async Task<SignedIn> AssumeWorkerRoleAsync(CancellationToken cancellationToken)
    {
        var role = await Administrator.CallAsync("sts", "2011-06-15", "AssumeRole", cancellationToken,
            ("RoleArn", Outputs["role_arn"]), ("RoleSessionName", "worker"));
        return new SignedIn(Endpoint, Region, new ImmutableCredentials(role("AccessKeyId"), role("SecretAccessKey"), role("SessionToken")));
    }

    /// <summary>From now on each request needs a right signature, and a policy that allows it.</summary>
    internal async Task<IAsyncDisposable> EnforceAsync()
    {
        await AllowAsync("0");
        return new Enforcement(this);
    }

    public async ValueTask DisposeAsync()
    {
        Administrator?.Dispose();
        _policies?.Dispose();
        _module?.Dispose();
        if (_moto is not null)
        {
            await _moto.DisposeAsync();
        }
    }

    private static async Task<string?> MissingAsync()
    {
        var terraform = await Cli.Wrap("bash")
            .WithArguments(["-c", "command -v terraform"]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        return terraform.ExitCode != 0 ? "there is no terraform on this machine"
            : await MotoServer.IsHereAsync() ? null
            : "there is no moto_server on this machine to apply the module to";
    }

    // Before anything is enforced, anybody may make himself a user.
    private async Task<SignedIn> CreateAdministratorAsync(CancellationToken cancellationToken)
    {
        using var anybody = new SignedIn(Endpoint, Region, new ImmutableCredentials("test", "test", null));
        Task<Func<string, string>> IamAsync(string action, params (string Name, string Value)[] fields) =>
            anybody.CallAsync("iam", "2010-05-08", action, cancellationToken, [("UserName", "administrator"), .. fields]);
        await IamAsync("CreateUser");
        await IamAsync("PutUserPolicy", ("PolicyName", "everything"),
            ("PolicyDocument", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"""));
        var key = await IamAsync("CreateAccessKey");
        return new SignedIn(Endpoint, Region, new ImmutableCredentials(key("AccessKeyId"), key("SecretAccessKey"), null));
    }

    /// <param name="requests">How many requests are let in unseen.</param>
    private async Task AllowAsync(string requests)
    {
        using var http = new HttpClient();
        using var count = new StringContent(requests);
        using var response = await http.PostAsync(new Uri(Endpoint, "moto-api/reset-auth"), count);
        response.EnsureSuccessStatusCode();
    }

    private sealed class Enforcement(Deployment deployment) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await deployment.AllowAsync("inf");
    }
}
