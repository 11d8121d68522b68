using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>
        /// Stochastic gradient descent: θ ← θ − lr·v with v ← momentum·v + (1 − dampening)·g, or g + momentum·v where Nesterov;
        /// the gradient g includes weight_decay·θ. The first v is g.
        /// </summary>
        public class SGD : OptimizerHelper
        {
            private readonly double momentum, dampening, decay;
            private readonly bool nesterov, maximize;

            internal SGD(IEnumerable<Parameter> parameters, double lr, double momentum, double dampening, double decay, bool nesterov, bool maximize)
            {
                if (nesterov && (momentum <= 0 || dampening != 0))
                    throw new ArgumentException($"Got nesterov with momentum {momentum} and dampening {dampening}; expected a positive momentum and no dampening.");
                (this.momentum, this.dampening, this.decay, this.nesterov, this.maximize) = (momentum, dampening, decay, nesterov, maximize);
                add_param_group(ParamGroup.Of(parameters, lr));
            }

            private protected override void Update(ParamGroup group, Parameter parameter, torch.Tensor gradient)
            {
                if (maximize) gradient = gradient.neg();
                if (decay != 0) gradient = gradient.add(parameter, decay);
                if (momentum != 0)
                {
                    var state = StateOf(parameter);
                    if (state.First is null) state.First = gradient.clone().DetachFromDisposeScope();
                    else state.First.mul_(momentum).add_(gradient, 1 - dampening);
                    gradient = nesterov ? gradient.add(state.First, momentum) : state.First;
                }
                parameter.add_(gradient, -group.LearningRate);
            }
        }
    }

    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Stochastic gradient descent; see <see cref="Modules.SGD"/>.</summary>
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <summary>Stochastic gradient descent; see <see cref="Modules.SGD"/>.</summary>
            public static SGD SGD(IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                SGD(parameters.Select(named => named.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
