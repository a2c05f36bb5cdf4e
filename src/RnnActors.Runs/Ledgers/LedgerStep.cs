namespace RnnActors.Runs.Ledgers;

/// <summary>A step as recorded in a run's ledger.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Epoch">Counted from 0.</param>
/// <param name="Batch">Index in the epoch, from 0.</param>
/// <param name="Rows">XXH3-64 of the batch's row numbers in the dataset, in order; null where the writer did not have the data.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Loss">The mean loss of the batch, before the update.</param>
/// <param name="Norm">The gradient's L2 norm before clipping.</param>
public sealed record LedgerStep(long Step, int Epoch, int Batch, string? Rows, float Rate, double Loss, double Norm)
{
    /// <summary>The name of what differs between two computations of a step; null where every bit agrees.</summary>
    public string? DifferenceTo(LedgerStep other)
    {
        if (Rows is not null && other.Rows is not null && Rows != other.Rows) return "rows";
        if (BitConverter.SingleToInt32Bits(Rate) != BitConverter.SingleToInt32Bits(other.Rate)) return "rate";
        if (BitConverter.DoubleToInt64Bits(Loss) != BitConverter.DoubleToInt64Bits(other.Loss)) return "loss";
        return BitConverter.DoubleToInt64Bits(Norm) != BitConverter.DoubleToInt64Bits(other.Norm) ? "norm" : null;
    }
}
