namespace RnnActors.Core.Fitting;

/// <summary>Reshapes arrays as NumPy's <c>reshape</c> does: the same values in the same order.</summary>
public static class Reshaping
{
    /// <exception cref="ArgumentException">The shapes do not have the same number of values.</exception>
    public static float[,,] Reshape(this float[,] values, int rows, int steps, int features)
    {
        if (values.Length != (long)rows * steps * features)
            throw new ArgumentException($"{values.Length} values cannot be given the shape ({rows}, {steps}, {features}).", nameof(values));
        var result = new float[rows, steps, features];
        Buffer.BlockCopy(values, 0, result, 0, Buffer.ByteLength(values));
        return result;
    }
}
