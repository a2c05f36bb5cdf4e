namespace RnnActors.Core.Parameters;

/// <summary>How a parameter's values are made before training, as data: the layer says it, <see cref="ParameterInitialization"/> does it.</summary>
public abstract record StartingValue
{
    public static readonly StartingValue Zero = new ConstantStart(0);
}

/// <summary>The same value everywhere.</summary>
public sealed record ConstantStart(double Value) : StartingValue;

/// <summary>Zeros, but for the rows of one gate.</summary>
/// <param name="Gate">Which of the equal parts of the vector.</param>
/// <param name="Gates">How many parts it has.</param>
public sealed record GateStart(int Gate, int Gates, double Value) : StartingValue;

/// <summary>Uniform in [-Limit, Limit).</summary>
public sealed record UniformStart(double Limit) : StartingValue;

/// <summary>Each of the <paramref name="Gates"/> (rows / Gates, columns) matrices is random orthogonal: its shorter side's vectors are orthonormal.</summary>
public sealed record OrthogonalStart(int Gates) : StartingValue;
