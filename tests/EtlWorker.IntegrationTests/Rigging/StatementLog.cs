using System.Buffers.Binary;
using System.Text;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>Every statement that goes through a <see cref="TcpProxy"/>, with the search path that is set for it.</summary>
internal sealed class StatementLog
{
    private const int Encryption = 80_877_103;
    private const int Gss = 80_877_104;
    private readonly Dictionary<ProxiedLink, Conversation> _links = [];

    private readonly List<(string Path, string Text)> _statements = [];

    /// <summary>Those so far.</summary>
    public IReadOnlyList<(string Path, string Text)> Statements()
    {
        lock (_statements)
        {
            return [.. _statements];
        }
    }

    /// <summary>For <see cref="TcpProxy.Inspect"/>.</summary>
    public int Inspect(ProxiedLink link, ReadOnlySpan<byte> sent)
    {
        if (!_links.TryGetValue(link, out var conversation))
        {
            _links[link] = conversation = new Conversation();
        }

        conversation.Bytes.AddRange(sent);
        while (Next(conversation) is { } message)
        {
            if (message.Type == 'P')
            {
                Add(conversation, message.Body[(Array.IndexOf(message.Body, (byte)0) + 1)..]);
            }
            else if (message.Type == 'Q')
            {
                Add(conversation, message.Body);
            }
        }

        return sent.Length;
    }

    private void Add(Conversation conversation, byte[] text)
    {
        var statement = Encoding.UTF8.GetString(text, 0, Array.IndexOf(text, (byte)0)).Trim();
        if (statement.Contains("set search_path", StringComparison.Ordinal))
        {
            conversation.Path = statement.Contains("pg_catalog, pg_temp", StringComparison.Ordinal) ? "own" : "definition";
        }

        lock (_statements)
        {
            _statements.Add((conversation.Path, statement));
        }
    }

    private static (char Type, byte[] Body)? Next(Conversation conversation)
    {
        var bytes = conversation.Bytes;
        var header = conversation.IsStarted ? 1 : 0;
        if (bytes.Count < header + 4)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.GetRange(header, 4).ToArray());
        if (bytes.Count < header + length)
        {
            return null;
        }

        var type = conversation.IsStarted ? (char)bytes[0] : ' ';
        var body = bytes.GetRange(header + 4, length - 4).ToArray();
        bytes.RemoveRange(0, header + length);
        // A request for encryption, which the server declines, comes before what starts the session.
        conversation.IsStarted = conversation.IsStarted || BinaryPrimitives.ReadInt32BigEndian(body) is not (Encryption or Gss);
        return (type, body);
    }

    private sealed class Conversation
    {
        public List<byte> Bytes { get; } = [];

        public bool IsStarted { get; set; }

        public string Path { get; set; } = "none";
    }
}
