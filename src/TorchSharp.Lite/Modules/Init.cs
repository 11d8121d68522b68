namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initial values of parameters; each function overwrites its tensor and returns it.</summary>
        public static class init
        {
            /// <summary>Which number of connections a variance is divided by.</summary>
            public enum FanInOut
            {
                /// <summary>Those into a unit.</summary>
                FanIn,
                /// <summary>Those out of a unit.</summary>
                FanOut,
            }

            /// <summary>The activation that follows.</summary>
            public enum NonlinearityType
            {
                /// <summary>None.</summary>
                Linear = 0,
                /// <summary>The logistic function.</summary>
                Sigmoid = 7,
                /// <summary>The hyperbolic tangent.</summary>
                Tanh = 8,
                /// <summary>The positive part.</summary>
                ReLU = 9,
                /// <summary>The positive part with a slope below zero.</summary>
                LeakyReLU = 10,
            }

            /// <summary>The recommended factor on the standard deviation before an activation.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            /// <summary>The number of connections into and out of a unit, from a weight's shape.</summary>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2) throw new ArgumentException($"Got a tensor with {shape.Length} dimensions for fan-in and fan-out; expected at least 2.");
                var field = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
                return (shape[1] * field, shape[0] * field);
            }

            /// <summary>Zeros.</summary>
            public static Tensor zeros_(Tensor tensor) => Silently(tensor, t => t.zero_());

            /// <summary>Ones.</summary>
            public static Tensor ones_(Tensor tensor) => Silently(tensor, t => t.fill_(1));

            /// <summary>One value.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val) => Silently(tensor, t => t.fill_(val));

            /// <summary>The identity matrix.</summary>
            public static Tensor eye_(Tensor tensor) => Silently(tensor, t =>
            {
                using var identity = eye(t.size(0), t.size(1), t.dtype, t.device);
                t.copy_(identity);
            });

            /// <summary>Uniform in [low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) => Silently(tensor, t => t.uniform_(low, high, generator));

            /// <summary>Normal.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) => Silently(tensor, t => t.normal_(mean, std, generator));

            /// <summary>Normal, restricted to [a, b].</summary>
            /// <remarks>TorchSharp 0.107 gave b for every element when tried with mean 0, std 1, a −1, b 1.</remarks>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null) => Silently(tensor, t =>
            {
                // Uniform between the values of the distribution function at the bounds, then its inverse.
                double low = Phi((a - mean) / std), high = Phi((b - mean) / std);
                t.uniform_(2 * low - 1, 2 * high - 1, generator).erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_((Scalar)a, (Scalar)b);

                static double Phi(double x)
                {
                    using var argument = torch.tensor(x / Math.Sqrt(2));
                    using var value = argument.erf();
                    return (1 + value.ToDouble()) / 2;
                }
            });

            /// <summary>Uniform with variance 2·gain²/(fan-in + fan-out).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal with variance 2·gain²/(fan-in + fan-out).</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            /// <summary>Uniform with variance gain²/fan, for layers before a rectifier of slope <paramref name="a"/>.</summary>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3) * Deviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal with variance gain²/fan, for layers before a rectifier of slope <paramref name="a"/>.</summary>
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, Deviation(tensor, a, mode, nonlinearity));

            /// <summary>A matrix with orthonormal rows or columns, whichever are fewer, times gain.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1) => Silently(tensor, t =>
            {
                using var scope = NewDisposeScope();
                long rows = t.size(0), columns = t.numel() / rows;
                var gaussian = randn(Math.Max(rows, columns), Math.Min(rows, columns), t.dtype, t.device);
                var (q, r) = linalg.qr(gaussian);
                q = q.mul(r.diagonal().sign()); // makes the distribution uniform over orthogonal matrices
                t.copy_((rows < columns ? q.t() : q).mul(gain).reshape(t.shape));
            });

            private static double Deviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static Tensor Silently(Tensor tensor, Action<Tensor> overwrite)
            {
                using var guard = no_grad();
                overwrite(tensor);
                return tensor;
            }
        }
    }
}
