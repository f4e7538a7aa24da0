using System.Text.Json;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>A request of AWS, and the policies that decide it.</summary>
/// <param name="Name">What a person calls it.</param>
/// <param name="Principal">Who asks: an ARN, or a service.</param>
/// <param name="Action">What is asked.</param>
/// <param name="Resource">Of what.</param>
internal sealed record PolicyRequest(string Name, string Principal, string Action, string Resource)
{
    /// <summary>The account that has the resource.</summary>
    public string Account { get; init; } = Deployment.Account;

    /// <summary>Condition keys; <c>aws:SecureTransport</c> is true unless it is here.</summary>
    public IReadOnlyDictionary<string, string> Context { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<JsonElement> IdentityPolicies { get; init; } = [];

    public JsonElement? ResourcePolicy { get; init; }

    public JsonElement? EndpointPolicy { get; init; }
}
