using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>The version that was asked for is no more: its object was deleted, or overwritten.</summary>
internal sealed class ObjectGoneException(Fault fault, Exception? cause = null) : FaultException(fault, cause);
