using System.Text;
using EtlWorker.Ledger.Notices;
using Xunit;

namespace EtlWorker.Tests.Notices;

/// <summary>What SNS takes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html</summary>
internal static class Subjects
{
    public static void AssertPublishable(string subject)
    {
        Assert.InRange(subject.Length, 1, 99);
        Assert.DoesNotContain(subject, character => character is < ' ' or > '~');
    }

    public static void AssertFits(Notice notice) => Assert.InRange(Encoding.UTF8.GetByteCount(notice.Body), 1, 250_000);
}
