using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>A weight matrix's initialiser, as a user chooses it.</summary>
public abstract record Initializer
{
    public static readonly Initializer GlorotUniform = new GlorotUniformInitializer();

    public static readonly Initializer Orthogonal = new OrthogonalInitializer();

    public static readonly Initializer PyTorch = new PyTorchInitializer();

    public static Initializer Uniform(double limit) => new UniformInitializer(limit);

    /// <summary>Initial values of a (rows, columns) weight that stacks the matrices of <paramref name="gates"/> gates.</summary>
    /// <param name="width">H, the units of a recurrent layer, or the fan in of another layer.</param>
    public abstract StartingValue Start(int rows, int columns, int gates, int width);

    /// <summary>Initial values of the biases beside such a weight.</summary>
    /// <param name="width">As for the weight.</param>
    public virtual StartingValue BiasStart(int width) => StartingValue.Zero;
}

/// <summary>Uniform in ±√(6 / (fan in + fan out)), each gate's matrix by itself. Glorot and Bengio 2010; Keras's default for input weights.</summary>
public sealed record GlorotUniformInitializer : Initializer
{
    public override StartingValue Start(int rows, int columns, int gates, int width) => StartingValue.Uniform(Math.Sqrt(6.0 / ((rows / gates) + columns)));
}

/// <summary>A random orthogonal matrix, each gate's by itself. Saxe et al. 2013; Keras's default for recurrent weights.</summary>
public sealed record OrthogonalInitializer : Initializer
{
    public override StartingValue Start(int rows, int columns, int gates, int width) => StartingValue.Orthogonal(rows / gates, columns, gates);
}

/// <summary>Uniform in ±1/√width, also for biases: PyTorch's default.</summary>
public sealed record PyTorchInitializer : Initializer
{
    public override StartingValue Start(int rows, int columns, int gates, int width) => BiasStart(width);

    public override StartingValue BiasStart(int width) => StartingValue.Uniform(1 / Math.Sqrt(width));
}

/// <summary>Uniform in [-Limit, Limit).</summary>
public sealed record UniformInitializer(double Limit) : Initializer
{
    public override StartingValue Start(int rows, int columns, int gates, int width) => StartingValue.Uniform(Limit);
}
