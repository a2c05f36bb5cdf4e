using System.Collections;

namespace RnnActors.Core.Objectives;

/// <summary>A weight for each class, by class index. Compares by value.</summary>
public sealed class ClassWeights(params IReadOnlyList<double> weights) : IReadOnlyList<double>, IEquatable<ClassWeights>
{
    public int Count => weights.Count;

    public double this[int index] => weights[index];

    public bool Equals(ClassWeights? other) => other is not null && weights.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as ClassWeights);

    public override int GetHashCode() => weights.Aggregate(weights.Count, HashCode.Combine);

    public IEnumerator<double> GetEnumerator() => weights.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
