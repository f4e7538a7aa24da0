using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace EtlWorker.Hosting;

/// <summary>
/// Reads keys and gathers every fault instead of stopping at the first: the options validators of .NET cannot see unknown
/// keys, and binding stops at the first bad value.
/// </summary>
internal sealed class ConfigurationReader(IConfiguration configuration)
{
    public List<string> Faults { get; } = [];

    public string? Optional(ConfigurationKey key) => configuration[key.Path] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Notes a fault where a secret stands in a place that others can read: the environment of a process, or a file beside it.
    /// </summary>
    public void RefuseOutsideOfCredentials(ConfigurationKey key)
    {
        // Credentials are read into memory; what has another provider was not one.
        if (configuration is IConfigurationRoot root
            && root.Providers.Any(provider =>
                provider is not MemoryConfigurationProvider && provider.TryGet(key.Path, out var value) && value is { Length: > 0 }))
        {
            Faults.Add($"{key.Name} stands in the environment or in appsettings.json: {key.Meaning}. "
                + $"Have systemd load it: LoadCredential={key.Name}:/path/of/a/file.");
        }
    }

    public string Required(ConfigurationKey key) => Required(key, value => value) ?? "";

    /// <returns>The parsed value, or the default with a fault noted.</returns>
    public T? Required<T>(ConfigurationKey key, Func<string, T> parse)
    {
        if (Optional(key) is { } value)
        {
            return Parse(key, value, parse);
        }

        Faults.Add($"{key.Name} is missing: {key.Meaning}. Set ETLWORKER__{key.Name}.");
        return default;
    }

    public T Optional<T>(ConfigurationKey key, T absent, Func<string, T> parse) =>
        Optional(key) is { } value ? Parse(key, value, parse) ?? absent : absent;

    public void RefuseUnknownKeys()
    {
        var known = ConfigurationKey.All.Select(key => key.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Faults.AddRange(configuration.AsEnumerable()
            .Where(entry => entry.Value is not null && !known.Contains(entry.Key))
            .Select(entry => $"{ConfigurationKey.NameOf(entry.Key)} is not a key of etlworker. "
                + $"The keys are {string.Join(", ", ConfigurationKey.All.Select(key => key.Name))}."));
    }

    // A bad value may be a secret in the wrong place, so the message never repeats it.
    private T? Parse<T>(ConfigurationKey key, string value, Func<string, T> parse)
    {
        try
        {
            return parse(value);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            var text = $"{key.Name} {fault.Message.TrimEnd('.')}: {key.Meaning}.";
            if (!Faults.Contains(text))
            {
                Faults.Add(text);
            }

            return default;
        }
    }
}
