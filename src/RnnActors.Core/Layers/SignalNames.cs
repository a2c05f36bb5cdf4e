using System.Collections;

namespace RnnActors.Core.Layers;

/// <summary>Names of signals, in order. Compares by value.</summary>
public sealed class SignalNames(params IReadOnlyList<string> names) : IReadOnlyList<string>, IEquatable<SignalNames>
{
    public static readonly SignalNames None = new();

    public int Count => names.Count;

    public string this[int index] => names[index];

    public bool Equals(SignalNames? other) => other is not null && names.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as SignalNames);

    public override int GetHashCode() => names.Aggregate(names.Count, HashCode.Combine);

    public IEnumerator<string> GetEnumerator() => names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", names);
}
