namespace EtlWorker.Storage;

/// <summary>How the worker proves to PostgreSQL who it is.</summary>
internal enum DatabaseAuthentication
{
    /// <summary>By a password, or by whatever else the server asks for.</summary>
    Password,

    /// <summary>By a token of AWS IAM, as RDS takes it in place of a password.</summary>
    Iam,
}
