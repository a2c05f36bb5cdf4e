namespace RnnActors.Data.Splits;

/// <summary>Rows [<see cref="Start"/>, <see cref="End"/>).</summary>
public readonly record struct RowRange(int Start, int End)
{
    public int Count => End - Start;

    public bool IsEmpty => End <= Start;
}
