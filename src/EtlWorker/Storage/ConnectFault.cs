using System.Security.Authentication;
using System.Security.Cryptography;
using Amazon.Runtime;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>Says why a connection could not be opened, and what the operator should do about it.</summary>
internal static class ConnectFault
{
    private const string CredentialFile =
        "the credential file DATABASE__PASSWORD (/etc/credstore/etlworker.database-password for the systemd unit)";

    public static DatabaseUnreachableException Explain(Exception fault, DatabaseOptions options, NpgsqlConnectionStringBuilder connection)
    {
        // Several hosts were tried; the first is the one that is meant.
        if (fault.InnerException is AggregateException { InnerExceptions: [var first, ..] })
        {
            fault = first;
        }

        var isIam = options.Authentication == DatabaseAuthentication.Iam;
        var (cause, remedy) = fault switch
        {
            PostgresException { SqlState: ['2', '8', ..] } denied when isIam => (
                $"PostgreSQL denied the IAM token of {connection.Username}: {PostgresFault.Describe(denied)}",
                "Grant rds_iam to that login; give the worker's role rds-db:connect on it "
                    + $"(arn:aws:rds-db:{options.Region?.SystemName}:ACCOUNT:dbuser:RESOURCE/{connection.Username}); "
                    + "see that Host is the RDS endpoint itself and no alias of it, and that this machine's clock is right."),
            PostgresException server => ($"PostgreSQL refused: {PostgresFault.Describe(server)}", RemedyFor(server)),
            // Which of the two it was, Npgsql does not tell, nor does it let anybody else look.
            _ when Find<AuthenticationException>(fault) is not null => ("the server's TLS certificate was refused", RemedyFor(connection)),
            _ when Find<CryptographicException>(fault) is { } unreadable => (
                $"{connection.RootCertificate ?? "a certificate"} cannot be read: {unreadable.Message.TrimEnd('.')}",
                "Put the CA's certificates there, in PEM; Root Certificate in DATABASE__CONNECTIONSTRING names another file."),
            _ when Find<AmazonClientException>(fault) is { } || Find<AmazonServiceException>(fault) is { } => (
                $"no IAM token could be made: {fault.GetBaseException().Message.TrimEnd('.')}",
                "Give this machine AWS credentials: on EC2 the instance's role; "
                    + "see that nothing keeps the worker from the instance metadata service."),
            _ when fault.Message.Contains("No SSL", StringComparison.OrdinalIgnoreCase) => (
                "the server speaks no TLS",
                "Switch it on there (ssl = on); where nobody can be on the way, SSL Mode in DATABASE__CONNECTIONSTRING may ask for less."),
            _ when fault.Message.Contains("No password", StringComparison.OrdinalIgnoreCase) => (
                "PostgreSQL asks for a password and there is none", $"Put it into {CredentialFile}, or set DATABASE__AUTHENTICATION=iam."),
            _ => ($"database: {WithCause(fault)}", ""),
        };
        return new DatabaseUnreachableException(cause, remedy, fault);
    }

    /// <summary>
    /// "The SSL connection could not be established, see inner exception." helps nobody; what the server says may hold values.
    /// </summary>
    public static string WithCause(Exception fault)
    {
        var cause = fault.GetBaseException();
        var told = cause is PostgresException server ? PostgresFault.Describe(server) : cause.Message;
        return cause == fault || fault.Message.Contains(told, StringComparison.Ordinal)
            ? fault.Message
            : $"{fault.Message.TrimEnd('.')}: {told}";
    }

    private static T? Find<T>(Exception? fault)
        where T : Exception => fault is null or T ? (T?)fault : Find<T>(fault.InnerException);

    private static string RemedyFor(PostgresException server) => server.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword => $"Put the right password into {CredentialFile} and restart the service.",
        PostgresErrorCodes.InvalidAuthorizationSpecification when server.MessageText.Contains("PAM", StringComparison.Ordinal) =>
            "RDS takes this login with an IAM token only: set DATABASE__AUTHENTICATION=iam, or revoke rds_iam from it.",
        PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "See that the login exists, that pg_hba.conf lets it in from this machine, "
                + "and that SSL Mode in DATABASE__CONNECTIONSTRING asks for the TLS that the server demands.",
        // PgBouncer (08P01) and RDS Proxy (0A000) refuse a session that brings settings of its own.
        PostgresErrorCodes.ProtocolViolation or PostgresErrorCodes.FeatureNotSupported =>
            "A pooler that takes no session settings stands before the server: let DATABASE__CONNECTIONSTRING name the server itself.",
        PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.CantChangeRuntimeParam =>
            "DATABASE__CONNECTIONSTRING sets something that this server does not take: correct it there (Options, Timezone, ...).",
        PostgresErrorCodes.InvalidCatalogName => "Create the database, or correct Database in DATABASE__CONNECTIONSTRING.",
        PostgresErrorCodes.InsufficientPrivilege => "Grant the login CONNECT on the database.",
        _ when server.IsTransient || server.SqlState == PostgresErrorCodes.AdminShutdown => "",
        _ => "Look into PostgreSQL's log for this time.",
    };

    private static string RemedyFor(NpgsqlConnectionStringBuilder connection) =>
        "Host in DATABASE__CONNECTIONSTRING must be a name that the certificate has, "
        + $"and its CA must stand in {connection.RootCertificate ?? "the system's certificates"}: "
        + $"for RDS fetch its CA bundle to {TransportSecurity.RdsCa}; Root Certificate names another file.";
}
